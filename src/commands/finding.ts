/** What doctor found about one thing. */
export interface Finding {
  readonly what: string
  readonly state: 'works' | 'missing' | 'broken'
  readonly detail: string
}
