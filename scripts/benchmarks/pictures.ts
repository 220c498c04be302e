import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { toolsFolder } from '../tools.ts'

/** Debian's package of photos for the desktop: real ones, of many kinds. */
const photosPackage = 'mate-backgrounds'

/** Photos from a Debian package, laid out beside the tools and not installed. Empty where there is no apt. */
export async function photos(): Promise<string[]> {
  const folder = join(toolsFolder, photosPackage)
  if (!existsSync(folder)) {
    if (Bun.which('apt-get') === null) return []
    const aside = `${folder}.new`
    rmSync(aside, { recursive: true, force: true })
    mkdirSync(aside, { recursive: true })
    await run(['apt-get', 'download', photosPackage], aside)
    const [archive = ''] = new Bun.Glob('*.deb').scanSync(aside)
    await run(['dpkg', '-x', archive, '.'], aside)
    rmSync(join(aside, archive), { force: true })
    renameSync(aside, folder)
  }
  return [...new Bun.Glob('**/nature/*.jpg').scanSync({ cwd: folder, absolute: true })].sort()
}

/** A photo of 12 megapixels and about 3 MB, as phones make them. */
export async function largePhoto(folder: string, source: string | undefined): Promise<string> {
  const path = join(folder, '12-megapixels.jpg')
  const image = source === undefined ? noise(1_600, 1_200) : sharp(source)
  const large = await image.resize(4_000, 3_000, { fit: 'cover', kernel: 'lanczos3' }).sharpen().png().toBuffer()
  for (const quality of [96, 93, 90, 86, 80, 70]) {
    const { size } = await sharp(large).jpeg({ quality }).toFile(path)
    if (size < 3_200_000) break
  }
  return path
}

function noise(width: number, height: number) {
  return sharp({
    create: { width, height, channels: 3, background: '#888', noise: { type: 'gaussian', mean: 128, sigma: 30 } },
  }).blur(2)
}

async function run(command: string[], cwd: string): Promise<void> {
  const child = Bun.spawn(command, { cwd, stdout: 'ignore', stderr: 'inherit' })
  if ((await child.exited) !== 0) throw new Error(`${command.join(' ')} failed.`)
}
