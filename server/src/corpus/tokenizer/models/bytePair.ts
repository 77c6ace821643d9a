/** Byte-pair encoding: start from characters, join the pair whose merge was learnt first, leftmost first, until none is left. */
import { shown } from '../../../protocol/errors';
import type { Part } from '../description';
import { readVocabulary } from '../vocabulary';
import type { Vocabulary } from '../vocabulary';
import { readUnknown, TokenColumns } from './model';
import type { Model, ModelTokens } from './model';

interface Merge {
  readonly rank: number;
  readonly id: number;
}

/** Merges by both ids in one number; ids stay below 2^24, so the product is exact. */
type Merges = ReadonlyMap<number, Merge>;
const pairKey = (left: number, right: number): number => left * 0x100_0000 + right;

/** A chain of symbols: the ids still in it, their spans in the word, and who follows whom. */
interface Symbols {
  readonly ids: number[];
  readonly starts: number[];
  readonly ends: number[];
}

export function readBytePair(part: Part): Model {
  const vocabulary = readVocabulary(part.get('vocab'));
  const prefix = part.text('continuing_subword_prefix', '');
  const suffix = part.text('end_of_word_suffix', '');
  const merges = readMerges(part, vocabulary, prefix);
  const unknown = readUnknown(part, vocabulary);
  const fuseUnknown = part.flag('fuse_unk', false);
  const byteFallback = part.flag('byte_fallback', false);
  const ignoreMerges = part.flag('ignore_merges', false);
  if (!part.get('dropout').absent && part.get('dropout').value !== 0) {
    part.get('dropout').unsupported('merges left out at random', 'no dropout: ids that are the same every time');
  }

  /** Characters as ids; what the vocabulary lacks becomes bytes, or the unknown token, or nothing. */
  const symbolsOf = (word: string): Symbols => {
    const symbols: Symbols = { ids: [], starts: [], ends: [] };
    const push = (id: number, start: number, end: number): void => {
      symbols.ids.push(id);
      symbols.starts.push(start);
      symbols.ends.push(end);
    };
    let start = 0;
    let lastUnknown = false;
    for (const character of word) {
      const end = start + character.length;
      const written = (start > 0 ? prefix : '') + character + (end === word.length ? suffix : '');
      const id = vocabulary.idOf(written);
      const bytes = id === undefined && byteFallback ? byteIds(written, vocabulary) : undefined;
      const isUnknown = id === undefined && !bytes;
      if (id !== undefined) push(id, start, end);
      else if (bytes) bytes.forEach((byte) => push(byte, start, end));
      else if (unknown && lastUnknown && fuseUnknown) symbols.ends[symbols.ends.length - 1] = end;
      else if (unknown) push(unknown.id, start, end);
      lastUnknown = isUnknown;
      start = end;
    }
    return symbols;
  };

  return {
    kind: 'BPE',
    vocabulary,
    tokenise(word) {
      const whole = ignoreMerges ? vocabulary.idOf(word) : undefined;
      if (whole !== undefined) return { ids: [whole], values: [word], starts: [0], ends: [word.length] };
      return merged(symbolsOf(word), merges, vocabulary);
    },
  };
}

const encoder = new TextEncoder();

/** Ids of `<0x..>` pieces for a character's UTF-8 bytes, when the vocabulary has them all. */
export function byteIds(text: string, vocabulary: Vocabulary): readonly number[] | undefined {
  const ids: number[] = [];
  for (const byte of encoder.encode(text)) {
    const id = vocabulary.idOf(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
    if (id === undefined) return undefined;
    ids.push(id);
  }
  return ids;
}

function readMerges(part: Part, vocabulary: Vocabulary, prefix: string): Merges {
  const merges = new Map<number, Merge>();
  part.items('merges').forEach((item, rank) => {
    const pair: readonly unknown[] = typeof item.value === 'string' ? item.value.split(' ') : Array.isArray(item.value) ? item.value : [];
    const [left, right] = pair;
    if (typeof left !== 'string' || typeof right !== 'string' || pair.length !== 2) {
      return item.unsupported('a merge that is not a pair', 'two pieces, as "a b" or ["a", "b"]');
    }
    const leftId = vocabulary.idOf(left);
    const rightId = vocabulary.idOf(right);
    const id = vocabulary.idOf(left + right.slice(prefix.length));
    if (leftId === undefined || rightId === undefined || id === undefined) {
      return part.findings.add('TOKENIZER_VOCAB', item.path, {
        found: `a merge of "${shown(left, 60)}" and "${shown(right, 60)}", of which a part or the result is not in the vocabulary`,
        expected: 'merges of pieces to pieces',
        remedy: 'Fetch tokenizer.json again from where the model comes from.',
      });
    }
    merges.set(pairKey(leftId, rightId), { rank, id });
  });
  return merges;
}

/** A pair that may be joined, waiting for its turn. */
interface Candidate {
  readonly rank: number;
  readonly at: number;
  readonly left: number;
  readonly right: number;
}

function merged({ ids, starts, ends }: Symbols, merges: Merges, vocabulary: Vocabulary): ModelTokens {
  const count = ids.length;
  const next = Int32Array.from({ length: count }, (_, i) => (i + 1 < count ? i + 1 : -1));
  const previous = Int32Array.from({ length: count }, (_, i) => i - 1);
  const alive = new Uint8Array(count).fill(1);
  const queue = new CandidateQueue();
  const offer = (at: number): void => {
    const after = at < 0 ? -1 : (next[at] ?? -1);
    if (after < 0) return;
    const left = ids[at] ?? -1;
    const right = ids[after] ?? -1;
    const merge = merges.get(pairKey(left, right));
    if (merge) queue.push({ rank: merge.rank, at, left, right });
  };
  for (let i = 0; i + 1 < count; i++) offer(i);

  for (let candidate = queue.pop(); candidate; candidate = queue.pop()) {
    const { at, left, right } = candidate;
    const after = next[at] ?? -1;
    // Either side may have been joined to another one since this pair was seen.
    if (!alive[at] || after < 0 || ids[at] !== left || ids[after] !== right) continue;
    ids[at] = merges.get(pairKey(left, right))?.id ?? left;
    ends[at] = ends[after] ?? 0;
    alive[after] = 0;
    const beyond = next[after] ?? -1;
    next[at] = beyond;
    if (beyond >= 0) previous[beyond] = at;
    offer(previous[at] ?? -1);
    offer(at);
  }

  const tokens = new TokenColumns();
  for (let i = 0; i < count; i++) {
    const id = ids[i] ?? 0;
    if (alive[i]) tokens.push(id, vocabulary.pieceOf(id) ?? '', starts[i] ?? 0, ends[i] ?? 0);
  }
  return tokens;
}

/** A binary heap: lowest rank first, then leftmost. */
class CandidateQueue {
  readonly #heap: Candidate[] = [];

  push(candidate: Candidate): void {
    const heap = this.#heap;
    let at = heap.push(candidate) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (!above || before(above, candidate)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = candidate;
  }

  pop(): Candidate | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const [a, b] = [heap[left], heap[left + 1]];
      const child = b && a && before(b, a) ? left + 1 : left;
      const below = heap[child];
      if (!below || before(last, below)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
    return top;
  }
}

function before(a: Candidate, b: Candidate): boolean {
  return a.rank < b.rank || (a.rank === b.rank && a.at < b.at);
}
