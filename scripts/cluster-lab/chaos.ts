export async function chaos(_o: object): Promise<number> {
  return 0
}
