// What an object stands on: a studio of one colour under one low sun, drawn in a square of 1000 with gradients only.
import { lighter, toHex } from './colour.mjs'

// Where the object's foot is (y) in each set; `flat` has none, the object lies in the middle.
export const FOOT = { sweep: 800, horizon: 812, sun: 806, arch: 806, plinth: 742, window: 826, flat: null }

// `colour` and `disc` (the sun of that set) are OKLCH, `light` is the side the light comes from.
export function ground(set, colour, light, disc = lighter(colour, 0.11)) {
  const room = Math.min(1, Math.max(0, 0.985 - colour[0]) / 0.11) // a light ground must not burn out
  const tone = (by) => toHex(lighter(colour, by > 0 ? by * room : by))
  const flip = light === 'right' ? ' transform="matrix(-1 0 0 1 1000 0)"' : ''
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 1000"><g${flip}>${SETS[set](tone, disc)}</g>${vignette(tone)}</svg>`
}

const stops = (...pairs) => pairs.map(([at, colour, alpha = 1]) => `<stop offset="${at}" stop-color="${colour}" stop-opacity="${alpha}"/>`).join('')
const down = (id, ...pairs) => `<linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1">${stops(...pairs)}</linearGradient>`
const across = (id, ...pairs) => `<linearGradient id="${id}" x1="0" y1="0" x2="1" y2="0">${stops(...pairs)}</linearGradient>`
const round = (id, at, ...pairs) => `<radialGradient id="${id}" gradientUnits="userSpaceOnUse" cx="${at[0]}" cy="${at[1]}" r="${at[2]}">${stops(...pairs)}</radialGradient>`
const whole = (id) => `<rect width="1000" height="1000" fill="url(#${id})"/>`

const vignette = (tone) => `<defs>${round('v', [500, 470, 800], [0.62, tone(-0.3), 0], [1, tone(-0.3), 0.22])}</defs>${whole('v')}`
const glow = (tone, x, y, r, by = 0.09) => `<defs>${round('g', [x, y, r], [0, tone(by), 0.95], [0.5, tone(by), 0.4], [1, tone(by), 0])}</defs>${whole('g')}`

const wallAndFloor = (tone, line) => `<defs>${down('w', [0, tone(-0.02)], [1, tone(0.015)])}${down('f', [0, tone(0.05)], [0.5, tone(0.03)], [1, tone(-0.015)])}</defs>
  <rect width="1000" height="${line}" fill="url(#w)"/>${glow(tone, 330, line - 190, 620, 0.07)}<rect y="${line}" width="1000" height="${1000 - line}" fill="url(#f)"/>`

const SETS = {
  // paper that curves from wall to floor
  sweep: (tone) => `<defs>${down('s', [0, tone(0.01)], [0.55, tone(-0.02)], [0.68, tone(-0.045)], [0.8, tone(0.035)], [1, tone(0.01)])}</defs>
    ${whole('s')}${glow(tone, 300, 360, 640)}`,

  horizon: (tone) => wallAndFloor(tone, 690),

  // the sun of the logo, half set, and its light on the water
  sun: (tone, disc) => `${wallAndFloor(tone, 690)}
    <defs>${down('d', [0, toHex(lighter(disc, 0.04))], [0.6, toHex(disc)], [1, toHex(lighter(disc, -0.03))])}${down('m', [0, toHex(disc), 0.55], [1, toHex(disc), 0])}</defs>
    <path d="M225 690A335 335 0 1 1 775 690Z" fill="url(#d)"/><path d="M225 710H775L720 850H280Z" fill="url(#m)"/>`,

  arch: (tone) => `${wallAndFloor(tone, 690)}
    <defs>${across('a', [0, tone(-0.13)], [0.34, tone(-0.075)], [1, tone(-0.035)])}${across('e', [0, tone(-0.17)], [1, tone(-0.12)])}</defs>
    <path d="M208 690V392A292 292 0 0 1 792 392V690Z" fill="url(#a)"/>
    <path d="M208 690V392A292 292 0 0 1 500 100A292 292 0 0 0 236 392V690Z" fill="url(#e)" opacity=".7"/>
    <path d="M208 690H792L812 712H188Z" fill="${tone(0.075)}"/>`,

  // a low cylinder, its top lit
  plinth: (tone) => `${wallAndFloor(tone, 610)}
    <defs>${across('p', [0, tone(0.05)], [0.28, tone(0.015)], [0.75, tone(-0.09)], [1, tone(-0.13)])}${across('t', [0, tone(0.11)], [1, tone(0.055)])}
    ${round('q', [620, 905, 470], [0, tone(-0.2), 0.5], [0.6, tone(-0.2), 0.3], [1, tone(-0.2), 0])}</defs>
    <ellipse cx="640" cy="930" rx="460" ry="70" fill="url(#q)"/>
    <path d="M140 742V1000H860V742Z" fill="url(#p)"/><ellipse cx="500" cy="742" rx="360" ry="64" fill="url(#t)"/>`,

  // a window's light on the wall
  window: (tone) => `${wallAndFloor(tone, 720)}
    <defs>${across('l', [0, tone(0.1), 0.95], [1, tone(0.1), 0.5])}</defs>
    <g fill="url(#l)"><path d="M300 92L478 60V330L300 362Z"/><path d="M502 56L700 20V290L502 326Z"/><path d="M300 386L478 354V624L300 656Z"/><path d="M502 350L700 314V584L502 620Z"/></g>
    <rect y="712" width="1000" height="10" fill="${tone(0.085)}"/>`,

  // a table seen from above, a sheet of its own paper across it
  flat: (tone) => `<defs><linearGradient id="b" x1="0" y1="0" x2="1" y2="1">${stops([0, tone(0.055)], [0.55, tone(0)], [1, tone(-0.06)])}</linearGradient>
    <linearGradient id="c" x1="0" y1="0" x2="1" y2="1">${stops([0, tone(0.085)], [1, tone(0.01)])}</linearGradient></defs>
    ${whole('b')}<path d="M0 0H690L452 1000H0Z" fill="url(#c)"/><path d="M690 0L452 1000H459L699 0Z" fill="${tone(-0.12)}" opacity=".35"/>`,
}
