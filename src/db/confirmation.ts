/**
 * Where an acknowledgement waits for more than the local commit. Alone, a commit that stands on the disk is confirmed;
 * in a cluster the majority of candidates must hold it.
 */
export interface Confirmation {
  /**
   * Resolves when this commit can no longer be lost; undefined when that is so already (no wait, no microtask).
   * @throws AppError not-confirmed when it is not confirmed in time.
   */
  wait(commit: { readonly epoch: number; readonly number: number }): Promise<void> | undefined
}

export const alone: Confirmation = { wait: () => undefined }
