/** What a benchmark says: one row for every thing measured, handed to the program that started it. */

/** A measured number, and the bound that it must keep; without bound it is only reported. */
export interface Row {
  readonly what: string;
  /** Null where it could not be measured; `note` then says why. */
  readonly value: number | null;
  /** `×` for ratios, `ms` … */
  readonly unit: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly note: string;
}

/** Runs a benchmark in the process that `bench.mjs` forked for it, and sends its rows as they come. */
export async function report(rows: AsyncIterable<Row>): Promise<void> {
  for await (const row of rows) process.send?.(row);
  process.disconnect?.();
}
