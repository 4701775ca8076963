// Colours as the eye sees them: sRGB <-> OKLCH (Björn Ottosson, 2020), and the table that turns one hue of a picture into another.
const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
const gamma = (v) => (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055)
const clamp = (v, low, high) => Math.min(high, Math.max(low, v))
const smooth = (v, from, to) => { const t = clamp((v - from) / (to - from), 0, 1); return t * t * (3 - 2 * t) }

export const turned = (degrees) => ((((degrees + 180) % 360) + 360) % 360) - 180

// Red, green, blue from 0 to 1 -> [lightness 0…1, chroma 0…0.37, hue in degrees]
export function oklch([red, green, blue]) {
  const [r, g, b] = [linear(red), linear(green), linear(blue)]
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s
  const c = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s
  return [0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, Math.hypot(a, c), (Math.atan2(c, a) * 180) / Math.PI]
}

export function rgb([lightness, chroma, hue]) {
  const a = chroma * Math.cos((hue * Math.PI) / 180)
  const b = chroma * Math.sin((hue * Math.PI) / 180)
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    gamma(clamp(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, 0, 1)),
    gamma(clamp(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s, 0, 1)),
    gamma(clamp(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s, 0, 1)),
  ]
}

export const fromHex = (hex) => oklch([1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255))
export const toHex = (colour) => '#' + rgb(colour).map((v) => Math.round(v * 255).toString(16).padStart(2, '0')).join('')
export const lighter = ([l, c, h], by) => [clamp(l + by, 0.02, 0.99), c, h]

// What a picture is made of where it is to be tinted: middle, ends and strength of its main hue.
// `pixels` is RGBA; `aim` is { key, reach, grey } of pictures.toml.
export function material(pixels, aim) {
  const seen = []
  for (let at = 0; at < pixels.length; at += 4 * 41) {
    if (pixels[at + 3] > 200) seen.push(oklch([pixels[at] / 255, pixels[at + 1] / 255, pixels[at + 2] / 255]))
  }
  const hue = aim.key ?? mainHue(seen)
  const reach = aim.reach ?? 48
  const part = { hue, reach, grey: Boolean(aim.grey) }
  const inside = seen.filter((colour) => share(colour, part) > 0.5)
  const of = (place) => inside.map((colour) => colour[place]).sort((a, b) => a - b)
  const at = (list, where) => list[Math.floor((list.length - 1) * where)] ?? 0.5
  const lights = of(0)
  return { ...part, low: at(lights, 0.02), middle: at(lights, 0.5), high: at(lights, 0.98), chroma: Math.max(0.02, at(of(1), 0.6)) }
}

function mainHue(colours) {
  const weight = new Float64Array(36)
  for (const [, chroma, hue] of colours) if (chroma > 0.04) weight[Math.floor((turned(hue) + 180) / 10) % 36] += chroma
  const around = (at) => weight[(at + 35) % 36] + 2 * weight[at] + weight[(at + 1) % 36]
  const best = [...weight.keys()].reduce((a, b) => (around(b) > around(a) ? b : a))
  return best * 10 - 175
}

// How much a colour belongs to the material: 0 keeps it, 1 tints it.
function share([, chroma, hue], part) {
  if (part.grey) return 1 - smooth(chroma, 0.07, 0.12)
  return smooth(chroma, 0.015, 0.05) * (1 - smooth(Math.abs(turned(hue - part.hue)), part.reach, part.reach + 22))
}

const STEPS = 25

// A cube of STEPS³ colours: what each colour of the source becomes so that the material's middle is `target`.
export function tint(part, target) {
  const [lightness, chroma, hue] = target
  const up = Math.min(1, (0.985 - lightness) / Math.max(0.05, part.high - part.middle))
  const down = Math.min(1, (lightness - 0.09) / Math.max(0.05, part.middle - part.low))
  const table = new Float32Array(STEPS ** 3 * 3)
  let at = 0
  for (let b = 0; b < STEPS; b++) for (let g = 0; g < STEPS; g++) for (let r = 0; r < STEPS; r++) {
    const source = [r, g, b].map((v) => v / (STEPS - 1))
    const seen = oklch(source)
    const mine = share(seen, part)
    const light = lightness + (seen[0] - part.middle) * (seen[0] > part.middle ? up : down)
    const strength = part.grey ? 1 : clamp(seen[1] / part.chroma, 0.35, 1.2)
    const bend = part.grey ? 0 : clamp(turned(seen[2] - part.hue), -40, 40) * 0.45
    const fade = 1 - 0.55 * smooth(light, 0.88, 1) // highlights lose colour first
    const made = rgb([light, chroma * strength * fade, hue + bend])
    for (let channel = 0; channel < 3; channel++) table[at++] = 255 * (source[channel] + (made[channel] - source[channel]) * mine)
  }
  return table
}

// Puts RGBA pixels through the table in place, between its points.
export function apply(table, pixels) {
  const scale = (STEPS - 1) / 255
  const [red, green, blue] = [3, 3 * STEPS, 3 * STEPS * STEPS]
  for (let at = 0; at < pixels.length; at += 4) {
    if (pixels[at + 3] === 0) continue
    const [x, y, z] = [pixels[at] * scale, pixels[at + 1] * scale, pixels[at + 2] * scale]
    const [i, j, k] = [Math.min(STEPS - 2, x | 0), Math.min(STEPS - 2, y | 0), Math.min(STEPS - 2, z | 0)]
    const [fx, fy, fz] = [x - i, y - j, z - k]
    const base = i * red + j * green + k * blue
    for (let c = 0; c < 3; c++) {
      const n = base + c
      const near = (table[n] * (1 - fx) + table[n + red] * fx) * (1 - fy) + (table[n + green] * (1 - fx) + table[n + red + green] * fx) * fy
      const m = n + blue
      const far = (table[m] * (1 - fx) + table[m + red] * fx) * (1 - fy) + (table[m + green] * (1 - fx) + table[m + red + green] * fx) * fy
      pixels[at + c] = near * (1 - fz) + far * fz + 0.5
    }
  }
}
