/* The worker that reads barcodes: its own bundle, fetched with its WebAssembly when a camera is first opened. Which symbols
   are looked for is as in hardware/decoders.py: UPC-E and plain ITF are read out of other codes, so they stay out. */

import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm";

const FORMATS = [
  "EAN13", "EAN8", "UPCA", "Code128", "Code39", "ITF14", "DataMatrix", "QRCodeModel2",
  "DataBarOmni", "DataBarStk", "DataBarLtd", "DataBarExp", "DataBarExpStk",
];
const NAMES = {
  EAN13: "ean13", EAN8: "ean8", UPCA: "upca", Code128: "code128", Code39: "code39", ITF: "itf14", ITF14: "itf14",
  DataMatrix: "datamatrix", QRCode: "qr", QRCodeModel2: "qr",
  DataBarOmni: "databar", DataBarStk: "databar", DataBarLtd: "databar", DataBarExp: "databar-expanded", DataBarExpStk: "databar-expanded",
};
const GS1 = { code128: "gs1-128", datamatrix: "gs1-datamatrix", qr: "gs1-qr" };
const encoder = new TextEncoder();

prepareZXingModule({ overrides: { locateFile: () => wasm } });

let canvas = null;

function pixels(picture) {
  if (canvas?.canvas.width !== picture.width || canvas?.canvas.height !== picture.height)
    canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d", { willReadFrequently: true });
  canvas.drawImage(picture, 0, 0);
  picture.close();
  return canvas.getImageData(0, 0, canvas.canvas.width, canvas.canvas.height);
}

function reading({ format, symbology, contentType, text }) {
  const name = NAMES[format] ?? NAMES[symbology] ?? "";
  return { symbology: contentType === "GS1" ? (GS1[name] ?? name) : name, data: encoder.encode(text) };
}

self.onmessage = async ({ data: picture }) => {
  try {
    const found = await readBarcodes(pixels(picture), { formats: FORMATS, textMode: "Plain", maxNumberOfSymbols: 4 });
    self.postMessage({ readings: found.map(reading) });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};
