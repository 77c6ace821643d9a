/** Stands in for `chunkStatistics` in a recorder that gathers none, so that their price can be told. */
import { strata } from '../../server/src/activations/chunkStatistics';
import type { ChunkStatistics } from '../../server/src/activations/chunkStatistics';
import { emptyStatistics } from '../../server/src/activations/statistics';
import { statisticsToBytes } from '../../server/src/activations/statisticsBytes';
import type { ReadAt } from '../../server/src/activations/sealed';

/** A block of the size that readers expect. */
export function chunkStatistics(_read: ReadAt, { width }: { readonly width: number }, rowStrata: Uint8Array): ChunkStatistics {
  const firstStratum = rowStrata.includes(strata.firstPosition);
  const block = statisticsToBytes(emptyStatistics(width));
  return { block: Buffer.concat(firstStratum ? [block, block] : [block]), nonFinite: 0, firstNonFinite: null, firstStratum };
}
