/** What every reader is given and what it has to be. */
import type { CorpusBuilder } from './build';
import type { Findings } from './findings';
import type { Line } from './lines';

/** One file being read into a corpus. */
export interface Reading {
  readonly file: string;
  readonly into: CorpusBuilder;
  readonly findings: Findings;
  /** First lines of the file, for guesses that a reader has to make before it starts. */
  readonly head: readonly string[];
  /** Names for the columns of tables, as asked for; `_` leaves a column out. */
  readonly columns: readonly string[] | undefined;
}

/** Takes every line of a file in order, blank and bad ones too, then the end. */
export interface LineReader {
  line(line: Line): void;
  end(): void;
}
