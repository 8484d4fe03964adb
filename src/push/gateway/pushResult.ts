/** Result of one push. */
export type Delivery =
  | { readonly outcome: 'delivered'; readonly status: number }
  /** Not to be sent again unchanged; `line` is what the other side said. */
  | { readonly outcome: 'refused'; readonly status: number; readonly line: string }
  /** Worth another try later. */
  | { readonly outcome: 'failed'; readonly status?: number; readonly line: string };
