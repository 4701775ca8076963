// The object of a picture: one SVG of the emoji package, cut to what it shows, as pixels.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './files.mjs'
import { Problem } from './problem.mjs'
import { drawn } from './svg.mjs'

const FOLDER = join(ROOT, 'node_modules/@lobehub/fluent-emoji-modern/assets')

export function source(code) {
  const path = [`${code}.svg`, `${code}-fe0f.svg`].map((name) => join(FOLDER, name)).find(existsSync)
  if (!path) throw new Problem(`@lobehub/fluent-emoji-modern has no ${code}.svg`)
  return readFileSync(path, 'utf8')
}

// -> { pixels (RGBA, straight alpha), width, height }; its longer side has `size` pixels.
export async function object(svg, { turn = 0, drop = [] }, size) {
  const shapes = without(inner(svg), drop)
  const small = await render(shapes, turn, [-8, -8, 48, 48], 192)
  const [x, y, width, height] = bounds(small).map((v) => v / 4)
  const box = [x - 8 - 0.3, y - 8 - 0.3, width + 0.6, height + 0.6]
  const scale = size / Math.max(box[2], box[3])
  return render(shapes, turn, box, Math.round(box[2] * scale))
}

const inner = (svg) => svg.slice(svg.indexOf('>') + 1, svg.lastIndexOf('</svg>'))

// The shapes of the drawing are the elements before <defs>; a group counts as one.
export function without(body, drop) {
  const end = body.indexOf('<defs>')
  const parts = pieces(end < 0 ? body : body.slice(0, end))
  return parts.filter((_, place) => !drop.includes(place)).join('\n') + (end < 0 ? '' : body.slice(end))
}

export function pieces(text) {
  const found = []
  let depth = 0
  let start = 0
  for (const tag of text.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)) {
    if (depth === 0 && !tag[1]) start = tag.index
    depth += tag[1] ? -1 : tag[3] ? 0 : 1
    if (depth === 0) found.push(text.slice(start, tag.index + tag[0].length))
  }
  return found
}

const render = (shapes, turn, box, width) =>
  drawn(`<svg xmlns="http://www.w3.org/2000/svg" fill="none" viewBox="${box.join(' ')}"><g transform="rotate(${turn} 16 16)">${shapes}</g></svg>`, width, (width * box[3]) / box[2])

function bounds({ pixels, width, height }) {
  let [left, top, right, bottom] = [width, height, 0, 0]
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    if (pixels[(y * width + x) * 4 + 3] < 8) continue
    left = Math.min(left, x); right = Math.max(right, x + 1); top = Math.min(top, y); bottom = Math.max(bottom, y + 1)
  }
  return [left, top, right - left, bottom - top]
}
