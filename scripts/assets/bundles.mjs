// Scripts and styles: one .js and one .css a program, with the fonts beside them, for browsers of the last three years; and
// what a page fetches only when it is needed, in a folder of its own.
import { build } from 'esbuild'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { keepOnly, ROOT } from './files.mjs'
import { Problem } from './problem.mjs'

const BUNDLES = [
  { name: 'kiosk', from: 'kiosk/frontend', to: 'kiosk/static', needed: true, later: { 'camera/worker.js': 'camera-worker.js' } },
  { name: 'hq', from: 'hq/web/frontend', to: 'hq/static', needed: false, later: { 'shop/tote.js': 'shop.js' } },
]
const MOST_BYTES = 100_000
const COMMON = {
  bundle: true,
  minify: true,
  target: ['chrome109', 'firefox115', 'safari16.4'],
  format: 'iife',
  legalComments: 'eof',
  metafile: true,
  logLevel: 'silent',
}

// Estonian, German and Spanish are written with Latin and Latin-Extended; other scripts of a family stay behind.
const latinOnly = {
  name: 'latin-only',
  setup(builder) {
    builder.onLoad({ filter: /@fontsource[^/]*\/.*\.css$/ }, async ({ path }) => {
      const faces = (await readFile(path, 'utf8')).split(/(?=\/\* [\w-]+ \*\/)/)
      return { contents: faces.filter((face) => /-latin(-ext)?-/.test(face)).join(''), loader: 'css' }
    })
  },
}

export async function bundles({ all }) {
  const said = []
  for (const bundle of BUNDLES) {
    const entries = [`${bundle.name}.js`, `${bundle.name}.css`].filter((file) => existsSync(join(ROOT, bundle.from, file)))
    if (entries.length === 0 && (all || bundle.needed)) throw new Problem(`${bundle.from}/${bundle.name}.js and .css are missing`)
    said.push(entries.length ? await bundled(bundle, entries) : `${bundle.from} is not there yet`)
  }
  return said.join(', ')
}

async function bundled({ name, from, to, later = {} }, entries) {
  const result = await build({
    ...COMMON,
    stdin: { contents: entries.map((file) => `import "./${file}";`).join('\n'), resolveDir: join(ROOT, from), sourcefile: `${name}-entry.js` },
    outfile: join(ROOT, to, `${name}.js`),
    assetNames: 'fonts/[name]',
    loader: { '.woff2': 'file', '.woff': 'empty', '.svg': 'dataurl' },
    external: ['/static/*'],
    plugins: [latinOnly],
  }).catch((error) => { throw new Problem(error.message) })
  const outputs = Object.keys(result.metafile.outputs)
  for (const [file, entry] of Object.entries(later)) outputs.push(...(await fetchedLater(file, join(from, entry), to)))
  clear(to, outputs)
  return `${name} ${kilobytes(name, to)}`
}

// A worker with its WebAssembly, which pages find below /static/<folder>/; and what pages of others load.
async function fetchedLater(file, entry, to) {
  const folder = dirname(file)
  const result = await build({
    ...COMMON,
    entryPoints: [join(ROOT, entry)],
    outfile: join(ROOT, to, file),
    assetNames: '[name]',
    publicPath: `/static/${folder}/`,
    loader: { '.wasm': 'file' },
  }).catch((error) => { throw new Problem(error.message) })
  return Object.keys(result.metafile.outputs)
}

function clear(to, outputs) {
  const names = outputs.map((path) => path.slice(path.indexOf(`${to}/`) + to.length + 1))
  keepOnly(join(ROOT, to), new Set(names.map((name) => name.split('/')[0])))
  keepOnly(join(ROOT, to, 'fonts'), new Set(names.filter((name) => name.startsWith('fonts/')).map((name) => name.slice(6))))
}

function kilobytes(name, to) {
  const files = readdirSync(join(ROOT, to)).map((file) => join(ROOT, to, file)).filter((path) => statSync(path).isFile())
  const bytes = files.reduce((sum, path) => sum + brotliCompressSync(readFileSync(path)).length, 0)
  if (bytes > MOST_BYTES) throw new Problem(`${name}: scripts and styles take ${bytes} bytes compressed, ${MOST_BYTES} are allowed`)
  return `${(bytes / 1000).toFixed(1)} kB compressed`
}
