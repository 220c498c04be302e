/**
 * Elysia's `parse` for a route that reads its body by itself, as a stream. `'none'` would say the same, but counts only where no
 * other parser is registered: whatever answers something other than undefined ends the parsing.
 */
export const streamed = (): null => null
