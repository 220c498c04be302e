/** Told to the scripts of blocks when the page may hold forms that they have not seen. */
export const contentEvent = 'encapsify:content'
