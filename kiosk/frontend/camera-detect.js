/* What reads a picture: the browser's own detector where it has one for barcodes, else zxing-cpp as WebAssembly in a worker,
   which is fetched from this box when the camera is first opened. */

const WORKER = "/static/camera/worker.js";
const MOST_PX = 1024;
const NATIVE = {
  ean_13: "ean13", ean_8: "ean8", upc_a: "upca", code_128: "code128", code_39: "code39", data_matrix: "datamatrix", qr_code: "qr",
};

/* The part of the picture that is seen on the screen: the video covers its box and what sticks out is not scanned. */
export function seen(video) {
  const scale = Math.max(video.clientWidth / video.videoWidth, video.clientHeight / video.videoHeight);
  const [width, height] = [video.clientWidth / scale, video.clientHeight / scale].map(Math.round);
  return [Math.round((video.videoWidth - width) / 2), Math.round((video.videoHeight - height) / 2), width, height];
}

async function native() {
  const formats = (await globalThis.BarcodeDetector?.getSupportedFormats?.().catch(() => [])) ?? [];
  if (!formats.includes("ean_13")) return null;
  const detector = new BarcodeDetector({ formats: formats.filter((format) => format in NATIVE) });
  const encoder = new TextEncoder();
  return {
    read: async (video) =>
      (await detector.detect(video)).map(({ format, rawValue }) => ({ symbology: NATIVE[format], data: encoder.encode(rawValue) })),
    close: () => {},
  };
}

function inWorker() {
  const worker = new Worker(WORKER);
  let answer = null;
  worker.onmessage = ({ data }) => (data.error ? answer?.reject(new Error(data.error)) : answer?.resolve(data.readings));
  worker.onerror = (event) => answer?.reject(new Error(event.message || "the decoder could not be loaded"));
  return {
    async read(video) {
      if (!video.videoWidth) return [];
      const [x, y, width, height] = seen(video);
      const scale = Math.min(1, MOST_PX / Math.max(width, height));
      const picture = await createImageBitmap(video, x, y, width, height, {
        resizeWidth: Math.round(width * scale),
        resizeHeight: Math.round(height * scale),
      });
      return new Promise((resolve, reject) => {
        answer = { resolve, reject };
        worker.postMessage(picture, [picture]);
      });
    },
    close: () => worker.terminate(),
  };
}

export const detector = async () => (await native()) ?? inWorker();
