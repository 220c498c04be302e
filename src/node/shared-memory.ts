import { closeSync, openSync } from 'node:fs'

const triesMax = 20

/**
 * Makes a database's `-shm` file before SQLite does. When two processes make it at the same moment, LiteFS tells one of them that
 * it exists already; SQLite then opens it for reading alone, and that process can write nothing until it ends. To be called while
 * this process has no connection to the database: closing any descriptor of a file lets go of all its locks (POSIX).
 */
export function makeSharedMemory(database: string): void {
  for (let turn = 1; ; turn++) {
    try {
      return closeSync(openSync(`${database}-shm`, 'a'))
    } catch (error) {
      const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST'
      if (!exists || turn === triesMax) throw error
    }
  }
}
