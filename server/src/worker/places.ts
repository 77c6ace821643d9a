/** A corpus for an editor: what it is, and by what its document can tell which lines are still the same. */
import { readFile, stat } from 'node:fs/promises';
import { lineHash } from '../corpus/places';
import { openedCorpus, readCorpusNow } from './openStudy';
import { corpusSummary } from './openCorpus';
import type { JobHandler } from './serve';

/** Editors hand no longer documents to their extensions, so nothing could be compared. */
const longestDocument = 50 << 20;

export const places: JobHandler<'places'> = async ({ corpus: ref }, context) => {
  const { open, opened } = await readCorpusNow(ref, context);
  return { opened, corpus: corpusSummary(open.corpus), lineHashes: await hashesOf(ref.files[0] ?? '') };
};

async function hashesOf(file: string): Promise<Int32Array> {
  if ((await stat(file)).size > longestDocument) return new Int32Array(0);
  const text = (await readFile(file, 'utf8')).replace(/^\ufeff/, '');
  return Int32Array.from(text.split(/\r\n|\n|\r/), lineHash);
}

export const words: JobHandler<'words'> = async ({ lines, ...ref }) => (await openedCorpus(ref)).map.onLines(lines);
