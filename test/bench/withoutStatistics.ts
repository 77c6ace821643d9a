/** Stands in for `chunkStatistics` in a recorder that gathers none, so that their price can be told. */
import { strata } from '../../server/src/activations/chunkStatistics';
import type { ChunkStatistics } from '../../server/src/activations/chunkStatistics';
import { emptyStatistics } from '../../server/src/activations/statistics';
import { statisticsToBytes } from '../../server/src/activations/statisticsBytes';
import type { FsPort } from '../../server/src/activations/fsPort';

/** A block of the size that readers expect. */
export function chunkStatistics(
  _fs: FsPort,
  _handle: number,
  { width }: { readonly width: number },
  rowStrata: Uint8Array,
): ChunkStatistics {
  const firstStratum = rowStrata.includes(strata.firstPosition);
  const block = statisticsToBytes(emptyStatistics(width));
  return { block: Buffer.concat(firstStratum ? [block, block] : [block]), nonFinite: 0, firstNonFinite: null, firstStratum };
}
