/**
 * Chunks: fixed runs of sentences, the unit in which activations are computed, committed, checked and shared between
 * machines. They depend on the corpus alone, so every run over it has the same ones.
 */
import type { Corpus } from '../corpus/corpus';
import type { Shard } from '../protocol/sources';

/** A chunk holds at most so many words, unless one sentence alone has more. */
export const defaultChunkWords = 4096;

export interface Chunk {
  readonly index: number;
  /** First sentence, and one past the last. */
  readonly from: number;
  readonly to: number;
  readonly words: number;
}

/** Cuts a corpus into chunks. */
export function chunksOf({ sentences }: Pick<Corpus, 'sentences'>, chunkWords = defaultChunkWords): Chunk[] {
  const chunks: Chunk[] = [];
  let from = 0;
  let words = 0;
  sentences.forEach((sentence, s) => {
    const more = sentence.to - sentence.from;
    if (s > from && words + more > chunkWords) {
      chunks.push({ index: chunks.length, from, to: s, words });
      from = s;
      words = 0;
    }
    words += more;
  });
  if (from < sentences.length) chunks.push({ index: chunks.length, from, to: sentences.length, words });
  return chunks;
}

/** The chunks of a shard; all of them without one. */
export function chunksOfShard(chunks: readonly Chunk[], shard: Shard | undefined): readonly Chunk[] {
  return shard ? chunks.filter(({ index }) => index % shard.count === shard.index - 1) : chunks;
}
