/** Cutting a piece of text at matches, with the five ways in which a tokenizer may treat what matched. */
import type { AlignedText } from './alignedText';
import type { Match } from './patterns';

export const splitBehaviors = ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous'] as const;
export type SplitBehavior = (typeof splitBehaviors)[number];

interface Stretch {
  readonly start: number;
  end: number;
  readonly matched: boolean;
}

/** Cuts `text` at `matches` (in order, without overlap); with `invert`, what lies between them counts as the match. Empty pieces are left out. */
export function splitAt(text: AlignedText, matches: readonly Match[], behavior: SplitBehavior, invert = false): AlignedText[] {
  const stretches = asStretches(matches, text.text.length, invert);
  return joined(stretches, behavior)
    .filter(({ start, end }) => end > start)
    .map(({ start, end }) => (start === 0 && end === text.text.length ? text : text.slice(start, end)));
}

/** Matches of a test on single characters, each a match of its own. */
export function charactersWhere(text: string, test: (character: string) => boolean): Match[] {
  const matches: Match[] = [];
  let start = 0;
  for (const character of text) {
    const end = start + character.length;
    if (test(character)) matches.push({ start, end });
    start = end;
  }
  return matches;
}

function asStretches(matches: readonly Match[], length: number, invert: boolean): Stretch[] {
  const stretches: Stretch[] = [];
  let at = 0;
  for (const { start, end } of matches) {
    if (start > at) stretches.push({ start: at, end: start, matched: invert });
    stretches.push({ start, end, matched: !invert });
    at = end;
  }
  if (at < length) stretches.push({ start: at, end: length, matched: invert });
  return stretches;
}

function joined(stretches: readonly Stretch[], behavior: SplitBehavior): readonly Stretch[] {
  switch (behavior) {
    case 'Isolated':
      return stretches;
    case 'Removed':
      return stretches.filter(({ matched }) => !matched);
    case 'Contiguous':
      return joinedWhere(stretches, (next, last) => next === last);
    case 'MergedWithPrevious':
      return joinedWhere(stretches, (next, last) => next && !last);
    case 'MergedWithNext':
      // A match goes to what follows it, unless that is a match which has taken its own neighbour already.
      return joinedWhere(stretches, (next, last) => last && !next);
  }
}

/** Joins neighbours of which `goesOn` holds, given whether the next and the last one matched. */
function joinedWhere(stretches: readonly Stretch[], goesOn: (next: boolean, last: boolean) => boolean): Stretch[] {
  const result: Stretch[] = [];
  let lastMatched = false;
  for (const stretch of stretches) {
    const last = result.at(-1);
    if (last && goesOn(stretch.matched, lastMatched)) last.end = stretch.end;
    else result.push({ ...stretch });
    lastMatched = stretch.matched;
  }
  return result;
}
