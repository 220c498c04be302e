/** By this header better-auth learns who asks: set by us alone, from the socket or the proxy in front. */
export const addressHeader = 'x-encapsify-address'
