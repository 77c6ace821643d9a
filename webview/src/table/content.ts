/** What the table has to show: from the bytes of a file to columns of numbers, in pieces. */
import type { MethodColumns } from './columns';
import { columnsByMethod, methodsOf } from './columns';
import type { Pause } from './jsonInPieces';
import type { ResultFailure, RowNoun } from './resultBytes';
import { isFailure, readResult } from './resultBytes';

/** What is seen of a file. */
export type Content =
  | { readonly kind: 'waiting' | 'ready' }
  | { readonly kind: 'reading'; readonly share: number; readonly bytes: number }
  | { readonly kind: 'failed'; readonly failure: ResultFailure };

/** A result, as far as the table needs it. */
export interface TableResult {
  /** In the order of the file. */
  readonly methods: readonly { readonly id: string; readonly title: string }[];
  readonly columns: ReadonlyMap<string, MethodColumns>;
  readonly unit: RowNoun;
}

/** Reads a result file, or says why it cannot be shown. */
export async function readTable(bytes: Uint8Array, pause: Pause): Promise<TableResult | ResultFailure> {
  const result = await readResult(bytes, pause);
  if (isFailure(result)) return result;
  return { methods: methodsOf(result), columns: await columnsByMethod(result, pause), unit: result.unit };
}
