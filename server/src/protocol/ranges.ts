/** Whole numbers from one to another, both ends included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Reads `7` or `0-383`; undefined for anything else, and for ranges that run backwards. */
export function parseRange(text: string): Range | undefined {
  const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(text);
  if (!match) return undefined;
  const from = Number(match[1]);
  const to = Number(match[2] ?? match[1]);
  return to < from ? undefined : { from, to };
}
