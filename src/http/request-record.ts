/** Hears of every request that was answered: whose it was is for whoever keeps the record to find out. */
export interface RequestRecord {
  note(url: string, status: number): void
}
