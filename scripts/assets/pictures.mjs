// The product pictures: each product in each of its colours, photographed. WebP: it paints in a few milliseconds where the
// sources' filters, as SVG, take hundreds. HQ makes the PNGs of mails from it.
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { parse } from 'smol-toml'
import { apply, fromHex, material, tint } from './colour.mjs'
import { digest, keepOnly, SHOP, tools, write } from './files.mjs'
import { FOOT, ground } from './ground.mjs'
import { object, source } from './object.mjs'
import { Problem } from './problem.mjs'
import { developed } from './print.mjs'
import { SHADOW_MAP, shadows } from './shadow.mjs'
import { drawn } from './svg.mjs'

const SIZE = 1600
const TO = join(SHOP, 'pictures')
const MADE = join(TO, 'made.json')
const PACKAGES = ['@lobehub/fluent-emoji-modern', 'sharp']
const PROGRAMS = ['colour.mjs', 'ground.mjs', 'object.mjs', 'pictures.mjs', 'print.mjs', 'shadow.mjs', 'svg.mjs']
const DEPARTMENTS = ['shoes', 'clothing', 'outdoor', 'home']

const toml = (path) => parse(readFileSync(join(SHOP, path), 'utf8'))

export async function pictures() {
  const wanted = plan()
  const made = existsSync(MADE) ? JSON.parse(readFileSync(MADE, 'utf8')) : {}
  const due = wanted.filter((product) => product.shots.some((shot) => made[shot.name] !== shot.digest || !there(shot.name)))
  await pooled(due, photographed)
  finish(wanted.flatMap((product) => product.shots))
  const count = due.reduce((sum, product) => sum + product.shots.length, 0)
  return count ? `${count} taken` : 'up to date'
}

const there = (name) => existsSync(join(TO, `${name}.webp`))

function finish(shots) {
  keepOnly(TO, new Set(['made.json', ...shots.map(({ name }) => `${name}.webp`)]))
  write(MADE, JSON.stringify(Object.fromEntries(shots.map((shot) => [shot.name, shot.digest])), null, 1))
}

function plan() {
  const [colours, direction, theme] = [toml('source/colours.toml'), toml('source/pictures.toml'), toml('theme.toml')]
  const studio = tools(PACKAGES, PROGRAMS)
  return DEPARTMENTS.flatMap((name) => toml(`source/${name}.toml`).product).map((product, number) => {
    const take = direction.takes[product.id]
    if (!take) throw new Problem(`source/pictures.toml has no take for ${product.id}`)
    const shots = product.colours.map((colour, turn) => {
      const choice = direction.grounds[colour]
      const named = (name) => theme.grounds[name] ?? theme.css[name]
      const shot = {
        name: `${product.id}-${colour}`,
        colour: colours[colour].hex,
        ground: named(take.grounds?.[turn] ?? choice[(number + turn) % choice.length]),
        disc: take.discs && named(take.discs[turn]),
      }
      return { ...shot, digest: digest(studio, shot, take, product.emoji) }
    })
    return { emoji: product.emoji, take, shots }
  })
}

// A few at a time keep sharp's threads busy while this one composes.
async function pooled(jobs, work) {
  const queue = [...jobs]
  const worker = async () => { for (let job = queue.shift(); job; job = queue.shift()) await work(job) }
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism() + 1) }, worker))
}

async function photographed({ emoji, take, shots }) {
  const thing = await object(source(emoji), take, Math.round(SIZE * take.size))
  const place = placed(thing, FOOT[take.set])
  const part = material(thing.pixels, take)
  const trim = take.trim && { table: tint(material(thing.pixels, take.trim), fromHex(take.trim.colour)) }
  const shade = await enlarged(shadows(thing, place, { flat: FOOT[take.set] === null, light: take.light }))
  for (const shot of shots) await shoot(shot, { thing, place, part, trim, shade, take })
}

function placed({ width, height }, foot) {
  const [w, h] = [width / SIZE, height / SIZE]
  return { x: Math.round(((1 - w) / 2) * SIZE) / SIZE, y: Math.round((foot === null ? (1 - h) / 2 : foot / 1000 - h) * SIZE) / SIZE, width: w, height: h }
}

const enlarged = (map) =>
  sharp(Buffer.from(map.map((value) => value * 255)), { raw: { width: SHADOW_MAP, height: SHADOW_MAP, channels: 1 } })
    .resize(SIZE, SIZE, { kernel: 'cubic' }).extractChannel(0).raw().toBuffer()

async function shoot(shot, { thing, place, part, trim, shade, take }) {
  const colour = fromHex(shot.ground)
  const set = await drawn(ground(take.set, colour, take.light, shot.disc && fromHex(shot.disc)), SIZE, SIZE)
  const pixels = Uint8ClampedArray.from(thing.pixels)
  if (trim) apply(trim.table, pixels)
  apply(tint(part, fromHex(shot.colour)), pixels)
  const print = developed({ ...thing, pixels }, place, set.pixels, shade, { size: SIZE, ground: shot.ground, light: take.light })
  const image = sharp(print, { raw: { width: SIZE, height: SIZE, channels: 3 } })
  write(join(TO, `${shot.name}.webp`), await image.webp({ quality: 88, effort: 1 }).toBuffer())
}
