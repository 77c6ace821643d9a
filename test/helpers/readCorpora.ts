/** A read corpus, or a refusal, in the form in which tests compare them. */
import { basename } from 'node:path';
import type { Corpus } from '../../server/src/corpus/corpus';
import { wordText } from '../../server/src/corpus/corpus';
import { readCorpus } from '../../server/src/corpus/readers/read';
import type { ReadOptions } from '../../server/src/corpus/readers/read';
import { InputError } from '../../server/src/protocol/errors';
import type { Problem } from '../../server/src/protocol/errors';

/** Words of each sentence. */
export function sentencesOf(corpus: Corpus): string[][] {
  return corpus.sentences.map(({ from, to }) => Array.from({ length: to - from }, (_, k) => wordText(corpus, from + k)));
}

/** Value of an attribute for each word, null where it carries none. */
export function valuesOf(corpus: Corpus, attribute: string): (string | null)[] {
  const { values = [], ids = new Int32Array(corpus.words.count).fill(-1) } = corpus.attributes.get(attribute) ?? {};
  return [...ids].map((id) => values[id] ?? null);
}

/** Where each word stands in its file, as `line:column`. */
export function placesOf({ words }: Corpus): string[] {
  return [...words.line].map((line, w) => `${line}:${words.column[w]}`);
}

/** Everything that is wrong with files; an empty list if they are read. */
export async function problemsOf(files: readonly string[], options: ReadOptions = {}): Promise<readonly Problem[]> {
  try {
    await readCorpus(files, options);
    return [];
  } catch (cause) {
    if (cause instanceof InputError) return cause.problems;
    throw cause;
  }
}

/** `CODE file:line:column` of a finding. */
export function placed({ code, place: { file, line, column } }: Problem): string {
  return `${code} ${[basename(file ?? ''), line, column].filter((part) => part !== undefined).join(':')}`;
}
