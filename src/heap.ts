import { type Environment, environment } from './environment.ts'

/**
 * How far the heap may grow before it is collected, JavaScriptCore derives from the memory of the machine: with much of it, garbage of
 * a hundred megabytes lies about under load. It is told of a small machine. No bound: a heap that needs more gets it, with
 * more frequent collections (JavaScriptCore, heap/Heap.cpp, `proportionalHeapSize`). The variable is read before any code of ours runs.
 */
const variable = 'BUN_JSC_forceRAMSize'
const ramBytes = 128 * 1_048_576

/** The environment of a server that keeps its heap small; what the operator set himself stays. */
export function withSmallHeap(given: Environment): Environment {
  return given[variable] === undefined ? { ...given, [variable]: String(ramBytes) } : given
}

/** Begins this very process anew with such an environment, in the place of itself: same id, same files, some milliseconds later. */
export function becomeSmall(): void {
  if (!Bun.isStandaloneExecutable || environment[variable] !== undefined || process.execve === undefined) return
  process.execve(process.execPath, [process.execPath, ...process.argv.slice(2)], withSmallHeap(environment))
}
