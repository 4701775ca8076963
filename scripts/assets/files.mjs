// Small things about files that the steps share.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
export const SHOP = join(ROOT, 'edge/demo/shop')
const HERE = join(ROOT, 'scripts/assets')

export const digest = (...parts) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(typeof part === 'string' || part instanceof Uint8Array ? part : JSON.stringify(part))
  return hash.digest('hex').slice(0, 20)
}

// The programs that build a thing and the versions of the packages they use are part of what it is made from.
export const tools = (packages, programs) =>
  digest(packages.map(version), ...programs.map((name) => readFileSync(join(HERE, name))))

const version = (name) => JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')).version

export function write(path, content) {
  mkdirSync(dirname(path), { recursive: true })
  if (!existsSync(path) || !readFileSync(path).equals(Buffer.from(content))) writeFileSync(path, content)
}

// Removes what a former build left behind, so that a wheel never carries it.
export function keepOnly(folder, names) {
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) if (!names.has(name)) rmSync(join(folder, name), { recursive: true })
}
