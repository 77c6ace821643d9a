/**
 * Params of requests with snapshots. Who sets a token receives them as `$/progress` under it: the first at once, then at
 * most four a second.
 */
export interface Observed {
  readonly partialResultToken?: number | string;
}
