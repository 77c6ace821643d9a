/** What a corpus may hold before it is refused. Each limit is tested one below, at, and one above. */
export const limits = {
  /** A line of this many bytes or more is left out and listed. */
  lineBytes: 1_048_576,
  /** A line of plain text or a `.word` file with more words than this is left out and listed. */
  lineWords: 100_000,
  /** A run of letters longer than this is no word that a tokenizer should meet (UTF-16 units). */
  wordLength: 10_000,
  /** A JSON array has to be held whole, so the whole file has a limit (bytes). */
  arrayBytes: 67_108_864,
  /** Lines that one quoted CSV cell may span. */
  cellLines: 1_000,
  /** Different attributes, each of which is a column over all words. */
  attributes: 500,
  /** Findings that are listed one by one; the rest is counted. */
  findings: 1_000,
} as const;
