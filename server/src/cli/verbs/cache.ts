import { bytesText } from '../../protocol/counted';
import { shown } from '../../protocol/errors';
import type { CacheContents, CacheEntry } from '../../protocol/cacheContents';
import { usageError } from '../flags';
import { list } from '../inputs';
import { jsonText } from '../output';
import { cacheFolder } from '../paths';
import { table } from '../present/table';
import { defineVerb } from '../verb';

export const cache = defineVerb({
  name: 'cache',
  summary: 'what is kept of earlier runs, how large it is, and how to be rid of it',
  example: 'golgi cache --limit 10GB',
  flags: {
    remove: { type: 'string', multiple: true, value: 'A,B', help: 'remove the activations of a model, or of one key' },
    limit: { type: 'string', value: 'SIZE', help: 'remove what was used longest ago until no more than this is left, such as 10GB' },
  },
  async run({ values, outside }) {
    const contents = await outside.runJob('cache', {
      cache: cacheFolder(values.cache),
      remove: values.remove.flatMap(list),
      limit: values.limit === undefined ? null : bytesIn(values.limit),
    });
    outside.out(values.json ? jsonText(contents) : contentsText(contents));
  },
});

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** `10GB`, `1.5 GiB`, `500 MB`, `0`. Throws USAGE. */
function bytesIn(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?i?b|)$/i.exec(text.trim());
  const unit = units[match?.[2]?.toLowerCase() ?? '?'];
  if (!match || unit === undefined) throw usageError('cache', `--limit ${shown(text, 40)}`, 'a size such as 10GB, 500MB or 0');
  return Math.floor(Number(match[1]) * unit);
}

function contentsText({ folder, bytes, freed, entries }: CacheContents): string {
  const rows = entries.map((entry) => [
    `  ${subject(entry)}`,
    entry.taps.join(','),
    entry.words ?? '',
    bytesText(entry.bytes),
    entry.used.slice(0, 16).replace('T', ' '),
    entry.key,
    entry.state === 'kept' ? '' : entry.state,
  ]);
  const total = `${shown(folder, 4096)}: ${bytesText(bytes)}${freed > 0 ? `, ${bytesText(freed)} freed` : ''}`;
  if (rows.length === 0) return `${total}\n`;
  return `${table([['  model', 'taps', 'words', 'size', 'last used', 'key', ''], ...rows], { right: [3] })}\n\n${total}\n`;
}

function subject({ kind, model }: CacheEntry): string {
  if (kind === 'control') return 'shuffled weights';
  return model === null ? 'not readable by this version' : shown(model, 60);
}
