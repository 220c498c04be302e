export type Environment = Readonly<Record<string, string | undefined>>

/** The process's environment: read here and nowhere else. */
export const environment: Environment = process.env
