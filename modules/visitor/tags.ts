/** What a page was made of: a change of any of these evicts it here and in shared caches. */
export function capsuleTag(id: string): string {
  return `capsule:${id}`
}

/** What stands at addresses of an organization where no page is. */
export function addressesTag(organizationId: string): string {
  return `addresses:${organizationId}`
}

export function assetTag(id: string): string {
  return `asset:${id}`
}
