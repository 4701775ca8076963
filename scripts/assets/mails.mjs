// Mails: MJML -> the HTML that Jinja fills in. Jinja's own marks pass through MJML as plain text and attribute values.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { keepOnly, ROOT, write } from './files.mjs'
import { Problem } from './problem.mjs'

const FROM = join(ROOT, 'hq/mail/templates')
const TO = join(ROOT, 'hq/mail/compiled')
const JINJA = /\{\{.*?\}\}|\{%.*?%\}/gs
const JINJA_VALUE = /has invalid value: \{\{/ // a colour that the theme fills in later

export async function mails({ all }) {
  const sources = existsSync(FROM) ? readdirSync(FROM).filter((name) => name.endsWith('.mjml')).sort() : []
  if (sources.length === 0 && all) throw new Problem('hq/mail/templates holds no .mjml')
  const convert = sources.length ? converter() : null
  for (const name of sources) write(join(TO, htmlName(name)), await html(name, convert))
  keepOnly(TO, new Set(sources.map(htmlName)))
  return sources.length ? sources.map(htmlName).join(', ') : 'no template yet'
}

const htmlName = (name) => name.replace(/\.mjml$/, '.html')

// mjml-core with its standard components, without the command line and the watchers of the package `mjml`.
function converter() {
  const require = createRequire(import.meta.url)
  const core = require('mjml-core')
  const preset = require('mjml-preset-core')
  core.assignComponents(core.components, preset.components)
  const validator = createRequire(require.resolve('mjml-core'))('mjml-validator')
  validator.assignDependencies(validator.dependencies, preset.dependencies)
  return core.default
}

async function html(name, convert) {
  const source = readFileSync(join(FROM, name), 'utf8')
  const { html, errors } = await convert(source, { validationLevel: 'soft', keepComments: false, filePath: join(FROM, name) })
  const wrong = errors.filter(({ message }) => !JINJA_VALUE.test(message))
  if (wrong.length) throw new Problem(`${name}: ${wrong.map(({ line, message }) => `line ${line}: ${message}`).join('; ')}`)
  const lost = marks(source).filter((mark) => !html.includes(mark))
  if (lost.length) throw new Problem(`${name}: MJML has lost ${lost.join(' ')}`)
  return html
}

// Marks inside MJML comments and attributes that MJML computes with (paddings, widths) may rightly vanish; they must not be used there.
const marks = (source) => [...new Set(source.replace(/<!--.*?-->/gs, '').match(JINJA) ?? [])]
