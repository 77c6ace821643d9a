/**
 * Unicode normal forms that say where each character came from. JavaScript's `normalize` gives the characters of one code point
 * or one pair; order and composition follow the standard (UAX 15) around it, counting how many source characters each result
 * takes in, as the tokenizers library counts them.
 */
import { rewritten } from './alignedText';
import type { AlignedText, Written } from './alignedText';
import { isLeftUndecomposed, isMark } from './unicode';

export type NormalForm = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';

/** A result with the rank of its combining class. */
interface Classed extends Written {
  readonly combiningClass: number;
}

const ascii = /^[\u0000-\u007f]*$/;

/** The text in a normal form, every character with its source span. */
export function normalForm(text: AlignedText, form: NormalForm): AlignedText {
  if (ascii.test(text.text)) return text;
  const decomposed = inCanonicalOrder(decompose(text.text, form === 'NFC' || form === 'NFD' ? 'NFD' : 'NFKD'));
  return rewritten(text, form === 'NFC' || form === 'NFKC' ? composed(decomposed) : decomposed);
}

function decompose(text: string, form: 'NFD' | 'NFKD'): Classed[] {
  const written: Classed[] = [];
  for (const source of text) {
    let change = 0;
    for (const character of isLeftUndecomposed(source) ? source : source.normalize(form)) {
      written.push({ character, change, combiningClass: combiningClass(character) });
      change = 1;
    }
  }
  return written;
}

/** Sorts every run of combining characters by class; equal classes keep their order. */
function inCanonicalOrder(written: Classed[]): Classed[] {
  for (let start = 0; start < written.length; start++) {
    if (written[start]?.combiningClass === 0) continue;
    let end = start;
    while (end < written.length && written[end]?.combiningClass !== 0) end++;
    const run = written.slice(start, end).sort((a, b) => a.combiningClass - b.combiningClass);
    written.splice(start, run.length, ...run);
    start = end;
  }
  return written;
}

/** Joins each starter with the combining characters that are not blocked from it. */
function composed(written: readonly Classed[]): Classed[] {
  const result: Classed[] = [];
  /** Index in `result` of the starter that following characters may join, and the class of the last one that did not. */
  let starter = -1;
  let blockedFrom = -1;
  for (const next of written) {
    const base = result[starter];
    const joined = base && next.combiningClass > blockedFrom ? pair(base.character, next.character) : undefined;
    if (base && joined !== undefined) {
      result[starter] = { character: joined, change: base.change + next.change - 1, combiningClass: 0 };
      continue;
    }
    result.push(next);
    if (next.combiningClass === 0) {
      starter = result.length - 1;
      blockedFrom = -1;
    } else if (base) {
      blockedFrom = next.combiningClass;
    }
  }
  return result;
}

/** The one character that two compose to, if there is one. */
function pair(base: string, mark: string): string | undefined {
  const joined = (base + mark).normalize('NFC');
  const length = (joined.codePointAt(0) ?? 0) > 0xffff ? 2 : 1;
  return joined.length === length ? joined : undefined;
}

/** One character of each combining class from 1 to 240, in order. */
const ladder = [
  ...'\u{334}\u{16ff0}\u{93c}\u{3099}\u{94d}\u{5b0}\u{5b1}\u{5b2}\u{5b3}\u{5b4}\u{5b5}\u{5b6}\u{5b7}\u{5b8}\u{5b9}\u{5bb}\u{5bc}',
  ...'\u{5bd}\u{5bf}\u{5c1}\u{5c2}\u{fb1e}\u{64b}\u{64c}\u{64d}\u{618}\u{619}\u{61a}\u{651}\u{652}\u{670}\u{711}\u{c55}\u{c56}',
  ...'\u{e38}\u{e48}\u{eb8}\u{ec8}\u{f71}\u{f72}\u{f74}\u{321}\u{1dce}\u{31b}\u{1dfa}\u{316}\u{59a}\u{302e}\u{1d16d}\u{5ae}',
  ...'\u{300}\u{315}\u{35c}\u{35d}\u{345}',
];

const classes = new Map<string, number>();

/** Rank of a character's combining class: 0 for starters, else its step of the ladder, from 1. */
function combiningClass(character: string): number {
  if (!isMark(character)) return 0;
  let rank = classes.get(character);
  if (rank === undefined) {
    rank = measuredClass(character);
    classes.set(character, rank);
  }
  return rank;
}

/** Canonical ordering swaps two characters exactly when the first has the higher class, so the class is found by asking it. */
function measuredClass(character: string): number {
  const below = ladder.findLastIndex((step) => swaps(character, step));
  const isStarter = below < 0 && !ladder.some((step) => swaps(step, character));
  return isStarter ? 0 : below + 2;
}

function swaps(first: string, second: string): boolean {
  return first !== second && (first + second).normalize('NFD') === second + first;
}
