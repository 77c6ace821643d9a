/** Which sentences are of one document, as far as a corpus tells. */
import type { Corpus } from '../corpus/corpus';

/** A corpus of fewer documents is looked at as one text: a limit for each would hide most of it. */
const fewDocuments = 20;

/**
 * The document of every sentence, numbered from 0: a record in JSON Lines; in CoNLL-U what stands before the counter at the
 * end of the sentence ids (`weblog-0001`). Undefined where neither is there, and where there are few documents.
 */
export function documentsOf({ format, sentences }: Corpus): Int32Array | undefined {
  const numbers = new Map<string, number>();
  const documents = new Int32Array(sentences.length);
  for (const [s, { id, line }] of sentences.entries()) {
    const name = format === 'jsonl' ? String(line) : format === 'conllu' ? /^(.+)[-_.]\d+$/.exec(id ?? '')?.[1] : undefined;
    if (name === undefined) return undefined;
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    documents[s] = number;
  }
  return numbers.size > fewDocuments ? documents : undefined;
}
