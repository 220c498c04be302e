/** How somebody came to a capsule: by which share link, and under which address where the link asks for one. */
export interface Way {
  readonly linkId: string
  /** Proven by a code; null where the link asks for none. */
  readonly email: string | null
  /** Of the link, when it was opened: in a later one it has to be opened again. */
  readonly round: number
}

/** That a visitor may see a capsule, and on what terms. */
export interface Admission {
  /** Absent: by the capsule's own address. */
  readonly way?: Way
  /** What is shown is this visitor's own, and kept by nobody. */
  readonly isPrivate: boolean
  /** Whether files may be taken along. */
  readonly downloads: boolean
  /** UTC milliseconds, after which it has to be asked for again. */
  readonly untilMs?: number
}

/** Who may see a capsule: asked before anything of it is shown, and whenever that may have changed. */
export interface Admissions {
  /** @throws AppError forbidden for whom the capsule is not open. */
  admit(capsuleId: string, request: Request): Admission
  /** Whether what was granted before is still good. */
  stands(capsuleId: string, admission: Admission): boolean
}

/** By a public capsule's own address. One for all, because ten thousand connections may hold it. */
export const publicAdmission: Admission = { isPrivate: false, downloads: true }

/** Every capsule is open to everybody. */
export const openDoors: Admissions = { admit: () => publicAdmission, stands: () => true }
