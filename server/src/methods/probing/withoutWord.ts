/**
 * How a fit does on the rows held out once those of one word are set aside: what it has learnt of a concept, and not of the
 * word that carries it most often. Rows are set aside when it is judged; it is not fitted again.
 */
import type { Reason } from '../../protocol/reasons';
import type { WithoutWord } from '../sample';

/** Word types and classes of the rows held out, −1 where a row takes no part; the class asked for, −1 for all. */
interface HeldWords {
  readonly held: { readonly types?: Int32Array; readonly labels: Int32Array };
  readonly focus: number;
}

/** Numbers of a fit on some of the rows held out. */
export type JudgeHeld = (kept: (row: number) => boolean) => WithoutWord['numbers'];

/**
 * The commonest word type among the rows held out that carry the concept (where classes or numbers are asked for, among all of
 * them; of several the one that stands first), and the numbers on the other rows.
 */
export function withoutWord({ held: { types, labels }, focus }: HeldWords, judge: JudgeHeld): WithoutWord {
  if (!types) return undefinedBecause('no-words');
  const carries = (row: number): boolean => (focus < 0 ? (labels[row] as number) >= 0 : labels[row] === focus);
  const counts = new Map<number, number>();
  types.forEach((type, row) => {
    if (carries(row) && type >= 0) counts.set(type, (counts.get(type) ?? 0) + 1);
  });
  const carriers = labels.reduce((sum, _, row) => sum + Number(carries(row)), 0);
  const [type, count] = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most), [-1, 0]);
  if (count === 0) return undefinedBecause('none-held');
  const word = { type, share: count / carriers };
  if (count === carriers) return { ...undefinedBecause('one-word'), word };
  const kept = (row: number): boolean => types[row] !== type && (labels[row] as number) >= 0;
  const others = types.reduce((sum, _, row) => sum + Number(kept(row)), 0);
  return { word, rows: others, numbers: judge(kept), reason: null };
}

function undefinedBecause(reason: Reason): WithoutWord {
  return { word: null, rows: 0, numbers: {}, reason };
}
