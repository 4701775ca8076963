// Shadows of an object under a low sun, on a small map: a contact shadow at its foot and a long soft one away from the light.
const MAP = 320

// `place` is where the object stands in the unit square: { x, y, width, height }. -> Float32Array of MAP², 0 none … 1 full.
export function shadows(object, place, { flat, light }) {
  return flat ? lying(object, place, light) : standing(object, place, light)
}

export const SHADOW_MAP = MAP

const side = (light) => (light === 'right' ? -1 : 1)

function lying(object, place, light) {
  const near = blurred(drawn((u, v) => alphaAt(object, place, u - 0.012 * side(light), v - 0.014)), 3)
  const far = blurred(drawn((u, v) => alphaAt(object, place, u - 0.05 * side(light), v - 0.045)), 11)
  return near.map((value, at) => 1 - (1 - 0.34 * value) * (1 - 0.3 * far[at]))
}

function standing(object, place, light) {
  const foot = place.y + place.height
  const lean = 0.95 * side(light)
  const thrown = (u, v) => {
    const height = (foot + 0.004 - v) / 0.2 // the floor is seen at a low angle: depth is a fifth of height
    return height < -0.03 ? 0 : alphaAt(object, place, u - height * lean * 0.9, foot - 0.002 - Math.max(0, height))
  }
  const reach = (at) => Math.min(1, Math.max(0, (foot - Math.floor(at / MAP) / MAP) / (0.2 * place.height)))
  const long = drawn(thrown)
  const [sharp, soft] = [blurred(long, 2), blurred(long, 9)]
  const base = blurred(drawn((u, v) => contact(object, place, u, v, foot)), 4)
  const tight = blurred(drawn((u, v) => contact(object, place, u, v, foot)), 2)
  return base.map((value, at) => {
    const far = reach(at)
    const cast = (sharp[at] * (1 - far) + soft[at] * far) * (0.58 - 0.28 * far)
    return 1 - (1 - cast) * (1 - 0.5 * value) * (1 - 0.38 * tight[at])
  })
}

// The lowest part of the object, pressed flat around its foot.
function contact(object, place, u, v, foot) {
  const off = (v - foot) / 0.012
  if (off < -1 || off > 1) return 0
  const from = foot - place.height * 0.035
  return Math.max(alphaAt(object, place, u, foot - 0.004), alphaAt(object, place, u, from) * 0.7) * (1 - off * off)
}

function drawn(value) {
  const map = new Float32Array(MAP * MAP)
  for (let y = 0; y < MAP; y++) for (let x = 0; x < MAP; x++) map[y * MAP + x] = value((x + 0.5) / MAP, (y + 0.5) / MAP)
  return map
}

function alphaAt({ pixels, width, height }, place, u, v) {
  const x = Math.floor(((u - place.x) / place.width) * width)
  const y = Math.floor(((v - place.y) / place.height) * height)
  return x < 0 || y < 0 || x >= width || y >= height ? 0 : pixels[(y * width + x) * 4 + 3] / 255
}

// Three box blurs are as good as a Gaussian one.
function blurred(map, radius) {
  let from = map
  for (let pass = 0; pass < 3; pass++) from = box(box(from, radius, 1, MAP), radius, MAP, 1)
  return from
}

function box(map, radius, step, line) {
  const made = new Float32Array(map.length)
  const size = 2 * radius + 1
  for (let row = 0; row < MAP; row++) {
    const start = row * line
    let sum = 0
    for (let at = -radius; at < MAP; at++) {
      if (at + radius < MAP) sum += map[start + (at + radius) * step]
      if (at - radius - 1 >= 0) sum -= map[start + (at - radius - 1) * step]
      if (at >= 0) made[start + at * step] = sum / size
    }
  }
  return made
}
