/** `golgi extract --out`: a run as files for anybody. */
import type { Corpus } from '../corpus/corpus';
import { CancelledError } from '../protocol/errors';
import type { Shard } from '../protocol/sources';
import { tapText } from '../protocol/neurons';
import type { ExportManifest } from './exportManifest';
import { ExportWriter } from './exportWriter';
import type { ExtractedRun } from './run';
import { wordsColumns } from './wordsTable';

/**
 * Writes `<tap>.npy`, `words.parquet` and `manifest.json` into a folder. The matrices are the store's chunks one after the
 * other; nothing is computed. Throws `InputError` OUTPUT_FILE, DISK_FULL or CACHE_CORRUPT, and `CancelledError`.
 */
export async function exportRun(
  run: ExtractedRun,
  corpus: Corpus,
  folder: string,
  options: { readonly shard?: Shard; readonly signal?: AbortSignal } = {},
): Promise<ExportManifest> {
  const { table } = run;
  const writer = new ExportWriter(folder, {
    identity: run.folder.identity,
    files: corpus.files,
    taps: run.taps.map(({ point, width }) => ({ name: tapText(point), width })),
    totalChunks: run.folder.chunks,
    shard: options.shard ?? null,
  });
  try {
    for (const part of run.parts) {
      await new Promise((resolve) => setImmediate(resolve));
      if (options.signal?.aborted) throw new CancelledError('stopped; the folder holds no extraction');
      const words = wordsColumns(corpus, table, part.firstRow, part.firstRow + part.rows);
      writer.add(part.chunk, words, ({ name }) => run.storedBytes(name, part));
    }
    return writer.finish();
  } catch (error) {
    writer.abandon();
    throw error;
  }
}
