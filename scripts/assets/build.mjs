// Runs the steps and says what each did. A step throws a Problem for what the reader can mend: one line, no stack.
import { brand } from './brand.mjs'
import { bundles } from './bundles.mjs'
import { mails } from './mails.mjs'
import { pictures } from './pictures.mjs'
import { Problem } from './problem.mjs'

const STEPS = { bundles, mails, brand, pictures }

async function main(words) {
  const only = words.includes('--only') ? words[words.indexOf('--only') + 1] : null
  if (only && !STEPS[only]) throw new Problem(`--only knows ${Object.keys(STEPS).join(', ')}, not "${only}"`)
  for (const name of only ? [only] : Object.keys(STEPS)) {
    const began = performance.now()
    const said = await STEPS[name]({ all: words.includes('--all') })
    console.log(`${name}: ${said} (${((performance.now() - began) / 1000).toFixed(1)} s)`)
  }
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Problem ? `build-assets: ${error.message}` : error)
  process.exitCode = 1
}
