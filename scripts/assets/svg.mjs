// SVG -> pixels, by the librsvg that sharp carries.
import sharp from 'sharp'

const sized = (svg, width, height) => Buffer.from(svg.replace('<svg ', `<svg width="${Math.round(width)}" height="${Math.round(height)}" `))

// -> { pixels (RGBA, straight alpha), width, height }
export async function drawn(svg, width, height) {
  const { data, info } = await sharp(sized(svg, width, height)).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  return { pixels: data, width: info.width, height: info.height }
}

export const png = (svg, width, height) => sharp(sized(svg, width, height)).png().toBuffer()
