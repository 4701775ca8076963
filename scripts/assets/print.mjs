// Puts set, shadows and object into one print: light from one side, the ground's colour coming back from below, a little grain.

// `set` is RGBA of size², `shade` a byte a pixel. -> RGB bytes.
export function developed(thing, place, set, shade, { size, ground, light }) {
  const print = Buffer.allocUnsafe(size * size * 3)
  const bounce = [1, 3, 5].map((at) => parseInt(ground.slice(at, at + 2), 16))
  const fading = shaded(bounce)
  for (let at = 0; at < size * size; at++) {
    const noise = GRAIN[at & 0xffff]
    for (let c = 0; c < 3; c++) print[at * 3 + c] = clamped(set[at * 4 + c] * fading[c][shade[at]] + noise)
  }
  lay(thing, { left: Math.round(place.x * size), top: Math.round(place.y * size), size, bounce, light }, print)
  return print
}

// What is left of the ground's light under a shadow of 0…255; some of the sky's blue always is.
function shaded(bounce) {
  return bounce.map((value, channel) => {
    const dark = (0.16 + 0.3 * (value / 255)) * [0.92, 0.97, 1.1][channel]
    return Float32Array.from({ length: 256 }, (_, shadow) => 1 - (shadow / 255) * (1 - dark))
  })
}

function lay({ pixels, width, height }, { left, top, size, bounce, light }, print) {
  for (let row = 0; row < height; row++) for (let column = 0; column < width; column++) {
    const from = (row * width + column) * 4
    const alpha = pixels[from + 3] / 255
    if (alpha === 0) continue
    const to = ((row + top) * size + column + left) * 3
    const lit = lamp(column / width, row / height, light)
    const near = 0.22 * Math.max(0, row / height - 0.55)
    for (let c = 0; c < 3; c++) {
      const own = pixels[from + c] * lit * (1 - near) + bounce[c] * near
      print[to + c] = clamped(print[to + c] * (1 - alpha) + own * alpha)
    }
  }
}

const clamped = (value) => (value < 0 ? 0 : value > 255 ? 255 : value)

const lamp = (u, v, light) => 1.05 - 0.13 * (light === 'right' ? 1 - u : u) - 0.05 * v

// The same grain in every build; it keeps large gradients from showing steps. Half a step is rounding.
const GRAIN = Float32Array.from({ length: 0x10000 }, (_, at) => {
  let x = Math.imul(at ^ (at >>> 15), 0x2c1b3c6d)
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39)
  return ((x >>> 16) / 65535 - 0.5) * 6 + 0.5
})
