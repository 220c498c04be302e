/** Where guards listen for each other, on the private address. */
export const guardPort = 20_203
/** Where guards pass on LiteFS' replication streams. LiteFS itself listens on the loopback alone: it knows no authentication. */
export const streamPort = 20_204
/** Where the primary's server takes operations from other nodes. */
export const meshPort = 20_205
/** LiteFS' own interface, on the loopback. */
export const litefsPort = 20_202
