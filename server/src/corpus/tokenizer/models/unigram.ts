/** Unigram (SentencePiece): of all ways to cut the piece into vocabulary entries, the one with the best sum of log probabilities. */
import type { Part } from '../description';
import { Vocabulary } from '../vocabulary';
import { byteIds } from './bytePair';
import { cannotWrite, TokenColumns } from './model';
import type { Model } from './model';

/** How much less probable than the least probable piece an unknown character is (log). */
const unknownPenalty = 10;

interface TrieNode {
  readonly next: Map<number, TrieNode>;
  /** Id of the piece that ends here, or −1. */
  id: number;
}

/** The best way to reach a position: the piece that ends there, where it starts, and the sum of scores. */
interface Best {
  readonly id: number;
  readonly start: number;
  readonly score: number;
}

export function readUnigram(part: Part): Model {
  const { vocabulary, scores } = readScoredPieces(part);
  const unknownId = part.get('unk_id').absent ? undefined : part.count('unk_id', 0);
  const unknownScore = scores.reduce((least, score) => Math.min(least, score), Number.POSITIVE_INFINITY) - unknownPenalty;
  const byteFallback = part.flag('byte_fallback', false);
  const root = trieOf(vocabulary);
  if (unknownId !== undefined && vocabulary.pieceOf(unknownId) === undefined) {
    part.get('unk_id').unsupported(`${unknownId}, beyond ${scores.length} pieces`, 'the id of a piece');
  }

  /** Best way to every position of the text, from left to right; the earliest found wins among equals. */
  const bestPaths = (text: string): (Best | undefined)[] => {
    const best: (Best | undefined)[] = new Array<Best | undefined>(text.length + 1);
    const offer = (start: number, end: number, id: number, pieceScore: number): void => {
      const score = pieceScore + (best[start]?.score ?? 0);
      const known = best[end];
      if (!known || score > known.score) best[end] = { id, start, score };
    };
    let characterEnd = 0;
    for (const character of text) {
      const start = characterEnd;
      characterEnd += character.length;
      let single = false;
      let node: TrieNode | undefined = root;
      for (let end = start; end < text.length;) {
        node = node.next.get(text.charCodeAt(end++));
        if (!node) break;
        if (node.id < 0) continue;
        offer(start, end, node.id, scores[node.id] ?? 0);
        single ||= end === characterEnd;
      }
      if (single) continue;
      if (unknownId === undefined) throw cannotWrite(character, part.findings.file);
      offer(start, characterEnd, unknownId, unknownScore);
    }
    return best;
  };

  return {
    kind: 'Unigram',
    vocabulary,
    tokenise(text) {
      const tokens = new TokenColumns();
      for (const [start, end] of spansOf(bestPaths(text), unknownId)) {
        const value = text.slice(start, end);
        const id = vocabulary.idOf(value);
        const bytes = id === undefined && byteFallback ? byteIds(value, vocabulary) : undefined;
        if (bytes) for (const byte of bytes) tokens.push(byte, vocabulary.pieceOf(byte) ?? '', start, end);
        else if (id !== undefined) tokens.push(id, value, start, end);
        else if (unknownId !== undefined) tokens.push(unknownId, value, start, end);
      }
      return tokens;
    },
  };
}

/** Walks the best path back and joins neighbouring unknown characters. */
function spansOf(best: readonly (Best | undefined)[], unknownId: number | undefined): [number, number][] {
  const spans: [number, number][] = [];
  let laterUnknown = false;
  for (let end = best.length - 1; end > 0;) {
    const step = best[end];
    if (!step) break;
    const later = spans.at(-1);
    const isUnknown = step.id === unknownId;
    if (isUnknown && laterUnknown && later) later[0] = step.start;
    else spans.push([step.start, end]);
    laterUnknown = isUnknown;
    end = step.start;
  }
  return spans.reverse();
}

function readScoredPieces(part: Part): { readonly vocabulary: Vocabulary; readonly scores: number[] } {
  const vocabulary = new Vocabulary();
  const scores: number[] = [];
  for (const item of part.items('vocab')) {
    const [piece, score]: readonly unknown[] = Array.isArray(item.value) ? item.value : [];
    if (typeof piece !== 'string' || typeof score !== 'number') {
      item.unsupported('an entry that is not a pair', 'a piece and its score');
      continue;
    }
    vocabulary.append(piece);
    scores.push(score);
  }
  if (scores.length === 0) part.get('vocab').unsupported('no pieces', 'a list of pieces with scores');
  return { vocabulary, scores };
}

function trieOf(vocabulary: Vocabulary): TrieNode {
  const root: TrieNode = { next: new Map(), id: -1 };
  for (const piece of vocabulary.pieces()) {
    let node = root;
    for (let i = 0; i < piece.length; i++) {
      const unit = piece.charCodeAt(i);
      let child = node.next.get(unit);
      if (!child) {
        child = { next: new Map(), id: -1 };
        node.next.set(unit, child);
      }
      node = child;
    }
    node.id = piece ? (vocabulary.idOf(piece) ?? -1) : -1;
  }
  return root;
}
