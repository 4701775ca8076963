// The logo and the mark as PNG, for mails and other places that know no SVG.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import { SHOP, write } from './files.mjs'
import { png } from './svg.mjs'

const WIDTHS = { logo: 720, mark: 256 }

export async function brand() {
  const { css, shop } = parse(readFileSync(join(SHOP, 'theme.toml'), 'utf8'))
  for (const [name, width] of Object.entries(WIDTHS)) {
    const svg = readFileSync(join(SHOP, shop[name]), 'utf8')
      .replaceAll('currentColor', css.ink)
      .replace(/var\(--([\w-]+)[^)]*\)/g, (_, property) => css[property])
    const [, , w, h] = svg.match(/viewBox="([^"]+)"/)[1].split(' ').map(Number)
    write(join(SHOP, `${name}.png`), await png(svg, width, (width * h) / w))
  }
  return Object.keys(WIDTHS).map((name) => `${name}.png`).join(', ')
}
