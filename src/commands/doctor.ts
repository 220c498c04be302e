import { accessSync, constants, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { loadConfig } from '../config.ts'
import { environment } from '../environment.ts'
import { loadSharp } from '../images/sharp.ts'
import { clusterFindings } from './doctor-cluster.ts'
import type { Finding } from './finding.ts'
import { flags } from './usage.ts'

/** `encapsify doctor [--data FOLDER]`: what is configured, what works, what is missing. Fails when something is broken. */
export async function run(args: string[]): Promise<number> {
  const { data } = flags(args, { data: { type: 'string' } })
  const config = loadConfig(environment, { data })
  const findings = [folder(config.data.folder), await images(), await ffmpeg(), mailer(config.mail.smtpUrl)]
  if (config.cluster !== undefined) findings.push(...(await clusterFindings(config.cluster, config.data.folder)))
  for (const { what, state, detail } of findings) {
    console.log(`${state === 'works' ? '✓' : state === 'missing' ? '–' : '✗'} ${what.padEnd(12)} ${detail}`)
  }
  return findings.some((finding) => finding.state === 'broken') ? 1 : 0
}

function folder(path: string): Finding {
  const what = 'data folder'
  if (!existsSync(path))
    return { what, state: 'missing', detail: `${resolve(path)} does not exist yet; serve makes it` }
  try {
    accessSync(path, constants.R_OK | constants.W_OK)
    return { what, state: 'works', detail: resolve(path) }
  } catch {
    return {
      what,
      state: 'broken',
      detail: `${resolve(path)} is not writable: change its owner or name another with --data`,
    }
  }
}

/**
 * Makes one picture of each format, so that a library that loads but can't encode is found here and not by a visitor. The
 * library is unpacked aside: looking makes nothing in the data folder.
 */
async function images(): Promise<Finding> {
  const aside = mkdtempSync(join(tmpdir(), 'encapsify-doctor-'))
  try {
    const sharp = await loadSharp(aside)
    const picture = sharp({ create: { width: 64, height: 64, channels: 3, background: '#3366cc' } })
    const webp = await picture.clone().webp().toBuffer()
    const avif = await picture.clone().avif({ effort: 2 }).toBuffer()
    return { what: 'images', state: 'works', detail: `WebP ${webp.length} bytes, AVIF ${avif.length} bytes` }
  } catch (error) {
    return { what: 'images', state: 'broken', detail: error instanceof Error ? error.message : String(error) }
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}

/** Both programs, and the encoders that a ladder is made with: a build without x264 is found here. */
async function ffmpeg(): Promise<Finding> {
  const what = 'ffmpeg'
  const [path, prober] = [Bun.which('ffmpeg'), Bun.which('ffprobe')]
  if (path === null || prober === null) {
    return { what, state: 'missing', detail: 'videos play as they are; on Debian: apt-get install ffmpeg' }
  }
  const child = Bun.spawn([path, '-v', 'error', '-hide_banner', '-encoders'], { stdout: 'pipe', stderr: 'ignore' })
  const encoders = await new Response(child.stdout).text()
  const lacking = ['libx264', 'aac'].filter((name) => !new RegExp(`^ [VA]\\S+ ${name} `, 'm').test(encoders))
  if (lacking.length === 0) return { what, state: 'works', detail: path }
  return { what, state: 'broken', detail: `${path} lacks the encoders ${lacking.join(' and ')}: install a full build` }
}

function mailer(smtpUrl: string | undefined): Finding {
  return smtpUrl === undefined
    ? {
        what: 'mail',
        state: 'missing',
        detail: 'ENCAPSIFY_SMTP_URL is not set: messages go to the outbox in the data folder',
      }
    : { what: 'mail', state: 'works', detail: new URL(smtpUrl).host }
}
