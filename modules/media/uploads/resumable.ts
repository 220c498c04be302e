import { Server } from '@tus/server'
import { newId, type OrganizationId } from '../../../src/db/ids.ts'
import { AppError, type ErrorCode } from '../../../src/errors.ts'
import { problemResponse } from '../../../src/http/problem.ts'
import { limits } from '../limits.ts'
import { type Checksum, checksumAlgorithms, checksumMismatch, checksumOf } from './checksum.ts'
import type { UnfinishedUploads } from './unfinished.ts'

/** Who uploads, where to. */
export interface Uploader {
  readonly organizationId: OrganizationId
  readonly by: string
}

export interface ResumableOptions {
  readonly uploads: UnfinishedUploads
  readonly path: string
  /** Called with an upload that is whole; what it throws reaches the client, and the upload is thrown away. */
  readonly finished: (
    uploader: Uploader,
    upload: { id: string; path: string; metadata: Readonly<Record<string, string | null>> },
  ) => Promise<string>
}

const version = '1.0.0'
const metadataLengthMax = 8_192

/** Resumable uploads by the tus protocol, version 1.0.0 (https://tus.io/protocols/resumable-upload), on @tus/server. */
export class ResumableUploads {
  readonly #tus: Server
  readonly #uploaders = new WeakMap<Request, Uploader>()
  /** What our hooks refused, with its own words: tus knows a status and a text. */
  readonly #refusals = new WeakMap<Request, AppError>()

  readonly #finishing = new Map<string, Promise<string>>()

  constructor(private readonly options: ResumableOptions) {
    const { uploads } = options
    this.#tus = new Server({
      path: options.path,
      datastore: uploads,
      maxSize: limits.fileBytesMax,
      relativeLocation: true,
      namingFunction: (request) => newId('upl', this.#uploader(request).organizationId),
      onUploadCreate: async (request, upload) => {
        await this.#refuseMany(this.#uploader(request))
        return { metadata: upload.metadata ?? {} }
      },
      onUploadFinish: async (request, upload) => ({
        headers: { 'Encapsify-Asset': await this.#finish(this.#uploader(request), upload.id) },
      }),
      onResponseError: (request, error) => {
        if (!(error instanceof AppError)) return undefined
        this.#refusals.set(request, error)
        return { status_code: error.status, body: error.message }
      },
    })
  }

  /** @throws nothing: errors are problems, with the header that the protocol asks for. */
  async handle(request: Request, uploader: Uploader): Promise<Response> {
    this.#uploaders.set(request, uploader)
    if ((request.headers.get('upload-metadata') ?? '').length > metadataLengthMax) {
      return refuse(request, new AppError('too-large', 'The metadata of this upload is too long.'))
    }
    let checksum: Checksum | undefined
    try {
      checksum = checksumOf(request.headers.get('upload-checksum'))
    } catch (error) {
      if (error instanceof AppError) return refuse(request, error)
      throw error
    }
    const answered = await this.options.uploads.expected.run(checksum, () => this.#tus.handleWeb(request))
    const refusal = this.#refusals.get(request)
    if (refusal !== undefined) return refuse(request, refusal)
    if (answered.status === checksumMismatch) return mismatched()
    if (request.method === 'OPTIONS') answered.headers.set('tus-checksum-algorithm', checksumAlgorithms.join(','))
    if (answered.status >= 400) return refuse(request, await problemOf(answered))
    // This API is its own origin's: what the library opens to every other one stays closed.
    for (const name of [...answered.headers.keys()]) {
      if (name.startsWith('access-control-')) answered.headers.delete(name)
    }
    return answered
  }

  /** The asset that an upload became; one that is whole and became none is tried again. Undefined while bytes are missing. */
  async completed(id: string, uploader: Uploader): Promise<string | undefined> {
    const { offset, size } = await this.options.uploads.getUpload(id)
    return offset === size ? this.#finish(uploader, id) : undefined
  }

  /** Once at a time for an upload, whoever asks. */
  #finish(uploader: Uploader, id: string): Promise<string> {
    const under = this.#finishing.get(id)
    if (under !== undefined) return under
    const finishing = this.#makeAsset(uploader, id).finally(() => this.#finishing.delete(id))
    this.#finishing.set(id, finishing)
    return finishing
  }

  async #makeAsset(uploader: Uploader, id: string): Promise<string> {
    const { uploads } = this.options
    const record = await uploads.find(id)
    if (record?.asset !== undefined) return record.asset
    try {
      const asset = await this.options.finished(uploader, {
        id,
        path: uploads.path(id),
        metadata: record?.metadata ?? {},
      })
      await uploads.finish(id, asset)
      return asset
    } catch (error) {
      // What is refused for what it is will not be better when it is sent again; what was only bad luck waits.
      if (error instanceof AppError && error.retryAfterS === undefined) await uploads.remove(id)
      throw error
    }
  }

  async #refuseMany({ organizationId }: Uploader): Promise<void> {
    const { uploads } = this.options
    if ((await uploads.count(organizationId)) < limits.unfinishedUploadsMax) return
    await uploads.deleteExpired()
    if ((await uploads.count(organizationId)) < limits.unfinishedUploadsMax) return
    throw new AppError('rate-limited', 'Too many uploads are begun and not ended. End or delete some of them.', {
      retryAfterS: 60,
    })
  }

  #uploader(request: Request): Uploader {
    const uploader = this.#uploaders.get(request)
    if (uploader === undefined) throw new AppError('unauthenticated', 'Sign in first.')
    return uploader
  }
}

const codes: Readonly<Record<number, ErrorCode>> = {
  400: 'malformed',
  403: 'conflict',
  404: 'not-found',
  409: 'conflict',
  410: 'gone',
  412: 'precondition-failed',
  413: 'too-large',
  415: 'unsupported-media-type',
  501: 'invalid',
}

async function problemOf(answered: Response): Promise<AppError> {
  const code = codes[answered.status]
  const text = (await answered.text()).trim().slice(0, 200)
  if (code === undefined)
    return new AppError('unavailable', 'The upload could not be written down.', { retryAfterS: 5 })
  return new AppError(code, `The upload was refused: ${text}.`)
}

/** A status of the protocol's own: RFC 9457 takes any. */
function mismatched(): Response {
  const detail = 'These bytes are not those whose checksum was sent. Send them again.'
  return Response.json(
    { type: 'about:blank', title: 'Checksum Mismatch', status: checksumMismatch, detail },
    {
      status: checksumMismatch,
      headers: { 'content-type': 'application/problem+json', 'tus-resumable': version, 'cache-control': 'no-store' },
    },
  )
}

function refuse(request: Request, error: AppError): Response {
  return problemResponse(error, request, { 'tus-resumable': version })
}
