/** The official tokenizers package, as a witness for ids and spans. It counts in code points; here everything is in UTF-16 units. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Tokenizer as OfficialTokenizer } from 'tokenizers';
import { openTokenizer } from '../../server/src/corpus/tokenizer/open';
import type { OpenedTokenizer } from '../../server/src/corpus/tokenizer/open';

/** What both say of a text, in plain lists. */
export interface Said {
  readonly ids: readonly number[];
  readonly pieces: readonly string[];
  readonly spans: readonly (readonly [number, number])[];
  readonly words: readonly number[];
  readonly special: readonly number[];
}

/** What our tokenizer says. */
export function said(tokenizer: OpenedTokenizer, text: string): Said {
  const { ids, pieces, start, end, word, special } = tokenizer.encode(text);
  return { ids: [...ids], pieces, spans: [...start].map((from, i) => [from, end[i] ?? 0]), words: [...word], special: [...special] };
}

/** The official package's answer about a tokenizer.json, without the truncation and padding stored in it. */
export function witness(json: string): (text: string) => Promise<Said> {
  const official = OfficialTokenizer.fromString(json);
  official.disablePadding();
  official.disableTruncation();
  return async (text) => {
    const encoding = await official.encode(text);
    const units = [0];
    for (const character of text) units.push((units.at(-1) ?? 0) + character.length);
    return {
      ids: encoding.getIds(),
      pieces: encoding.getTokens(),
      spans: encoding.getOffsets().map(([from, to]) => [units[from ?? 0] ?? 0, units[to ?? 0] ?? 0]),
      words: encoding.getWordIds().map((word) => word ?? -1),
      special: encoding.getSpecialTokensMask(),
    };
  };
}

/** Opens a tokenizer of which only the content of tokenizer.json is given. */
export function opened(content: string | Uint8Array): OpenedTokenizer {
  const folder = mkdtempSync(join(tmpdir(), 'golgi-tokenizer-'));
  try {
    writeFileSync(join(folder, 'tokenizer.json'), content);
    return openTokenizer(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A tokenizer.json of a few pieces, with the given components. */
export function tokenizerJson(components: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    model: { type: 'WordLevel', vocab: { '[UNK]': 0, a: 1, b: 2 }, unk_token: '[UNK]' },
    ...components,
  });
}

/** A file of the small tokenizers that tests bring along. */
export function readFixture(name: string): string {
  return readFileSync(fixtureFolder(name), 'utf8');
}

/** Path of a small tokenizer's folder, or of a file in it. */
export function fixtureFolder(name: string): string {
  return fileURLToPath(new URL(`../fixtures/tokenizers/${name}`, import.meta.url));
}
