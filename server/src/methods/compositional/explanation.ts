/**
 * Explains single neurons by formulas over atomic concepts (Mu and Andreas 2020, "Compositional Explanations of Neurons"),
 * and says what an explanation is worth: how well one found without some sentences does on them, and on which rows formula
 * and neuron disagree.
 */
import type { FormulaTree, Overlap } from '../../protocol/explain';
import type { Reason } from '../../protocol/reasons';
import type { About } from '../method';
import { checkParameters, choice, count, real } from '../parameters';
import type { Parameters, ParameterEntries } from '../parameters';
import { columnSorter, quantile } from '../statistics/order';
import { bitsWhere, gathered, hasBit, joined, size, sizeOfBoth } from './bits';
import type { Bits } from './bits';
import { atomCount, evaluate, formulaText, formulaTree } from './formula';
import type { Neighbourhood } from './neighbours';
import { atomsOf, rowsOf, searchFormulas } from './search';
import type { Atoms, Candidate } from './search';

/** A method that explains neurons by formulas. */
export interface ExplainMethod extends About<ParameterEntries> {
  readonly kind: 'explain';
  readonly beside: Readonly<Record<string, string>>;
}

const parameters = {
  quantile: real({ default: 0.95, min: 0.5, max: 1, help: 'share of the rows that a value must exceed to be active' }),
  beam: count({ default: 10, min: 1, max: 1000, unit: 'formulas', help: 'formulas kept while searching' }),
  length: count({ default: 5, min: 1, max: 20, unit: 'atoms', help: 'most atoms of a formula' }),
  neighbors: count({
    default: 5,
    max: 100,
    unit: 'words',
    help: 'words nearest to a word by their vectors that NEIGHBORS adds to it; 0 leaves the operator out',
  }),
  side: choice({ default: 'high', of: ['high', 'low'], help: 'which values are active: high ones, or as many low ones' }),
};

export const compositional: ExplainMethod = {
  kind: 'explain',
  id: 'compositional',
  title: 'Compositional explanation',
  family: 'corpus-based',
  citation: 'Mu and Andreas 2020, arXiv 2006.14032',
  formula:
    'argmax over formulas L of |A ∩ L| / |A ∪ L|, with A the rows where x > its quantile; by beam search. NEIGHBORS(w) is a word or one of those whose vectors have the largest cosine with its own',
  sees: 'which concepts, joined by AND, OR and AND NOT, and which words with those of like meaning (NEIGHBORS), are true where a neuron is active; also of neurons that mean several things',
  blindTo:
    'concepts that are no atoms; values below the threshold; whether the model uses any of it. The best of very many formulas fits by chance too: see held_out',
  parameters,
  beside: {
    formula: 'the formula whose rows overlap most with the active rows',
    length: 'its atoms',
    held_out: 'overlap, in sentences left out, of the formula found without them',
    best_atom: 'the best single concept, and its overlap',
  },
};

/** Rows of a corpus with the atoms that hold on them. */
export interface AtomRows {
  readonly rows: number;
  readonly names: readonly string[];
  readonly bits: readonly Bits[];
  /** Atoms that are words, with those nearest to them. */
  readonly neighbours?: readonly Neighbourhood[];
  /** 1 where a row's sentence is left out of the search whose formula is tested there. */
  readonly held: Uint8Array;
}

export interface Explained extends Overlap {
  readonly formula: string;
  readonly tree: FormulaTree;
  readonly length: number;
  readonly threshold: number;
  readonly bestAtom: { readonly name: string; readonly score: number };
  /** The best formula of at most 1, 2, … atoms. */
  readonly byLength: readonly { readonly formula: string; readonly score: number }[];
  /** On sentences left out, of the formula found without them; null where nothing is active on either side of the split. */
  readonly heldOut: (Overlap & { readonly formula: string }) | null;
  /** Active rows that the formula misses, strongest first; and rows where it holds without the neuron, weakest first. */
  readonly missed: readonly number[];
  readonly unmatched: readonly number[];
}

/** Explains one neuron after another over the same rows. */
export function explainer(
  { rows, names: plainNames, bits: plainBits, neighbours = [], held }: AtomRows,
  given: Parameters,
): (values: Float32Array | Float64Array) => Explained | Reason {
  // The schema has checked what it returns.
  const options = checkParameters({ id: compositional.id, parameters }, given) as {
    readonly [K in 'quantile' | 'beam' | 'length']: number;
  } & { readonly side: 'high' | 'low' };
  const names = [...plainNames, ...neighbours.map(({ atom }) => neighboursName(plainNames[atom]!))];
  const together = ({ atom, near }: Neighbourhood): Bits => near.reduce((all, other) => joined('or', all, plainBits[other]!), plainBits[atom]!); // prettier-ignore
  const atoms = atomsOf(names, [...plainBits, ...neighbours.map(together)], plainBits.length);
  const treeOf = (atom: number): FormulaTree => neighbourTree(atom, neighbours[atom - plainBits.length]);
  const [train, test] = [0, 1].map((part) => placesOf(held, part)) as [Int32Array, Int32Array];
  const trainAtoms = part(atoms, train);
  const testAtoms = part(atoms, test);
  const sort = columnSorter(rows);
  return (values) => {
    const turned = options.side === 'low' ? values.map((value) => -value) : values;
    if (!turned.every(Number.isFinite)) return 'not-finite';
    const sorted = sort(turned);
    if (sorted.tieValues.length < 2) return 'constant';
    const threshold = quantile(sorted, options.quantile);
    const active = bitsWhere(rows, (row) => turned[row]! > threshold);
    if (size(active) === 0) return 'no-active';
    const found = searchFormulas(active, atoms, options);
    const best = found[found.length - 1];
    if (!best || !found[0]) return 'no-atom';
    return {
      ...overlapOf(best.bits, active),
      formula: formulaText(best.formula, names),
      tree: formulaTree(best.formula, treeOf),
      length: atomCount(best.formula),
      threshold: options.side === 'low' ? -threshold : threshold,
      bestAtom: { name: formulaText(found[0].formula, names), score: found[0].score },
      byLength: found.map(({ formula, score }) => ({ formula: formulaText(formula, names), score })),
      heldOut: test.length === 0 ? null : heldOutOf(gathered(active, train), trainAtoms, gathered(active, test), testAtoms, options),
      missed: byValue(active, best.bits, turned, -1),
      unmatched: byValue(best.bits, active, turned, 1),
    };
  };
}

/** `NEIGHBORS(word:"she")`. */
export function neighboursName(atom: string): string {
  return `NEIGHBORS(${atom})`;
}

/** An atom with its neighbours is one of them or another, which is all that other programs must know of the operator. */
function neighbourTree(atom: number, neighbourhood: Neighbourhood | undefined): FormulaTree {
  if (!neighbourhood) return atom;
  return neighbourhood.near.reduce<FormulaTree>((tree, other) => ['or', tree, other], neighbourhood.atom);
}

/** Searches in one part of the rows and tests in the other. */
function heldOutOf(
  train: Bits,
  trainAtoms: Atoms,
  test: Bits,
  testAtoms: Atoms,
  options: { readonly beam: number; readonly length: number },
): Explained['heldOut'] {
  const found = searchFormulas(train, trainAtoms, options);
  const best: Candidate | undefined = found[found.length - 1];
  if (!best || size(test) === 0) return null;
  return { ...overlapOf(evaluate(best.formula, testAtoms.bits), test), formula: formulaText(best.formula, testAtoms.names) };
}

function overlapOf(formula: Bits, neuron: Bits): Overlap {
  const [holds, active, both] = [size(formula), size(neuron), sizeOfBoth(formula, neuron)];
  return { score: both / (holds + active - both), holds, active, both };
}

function part({ names, bits, plain }: Atoms, places: Int32Array): Atoms {
  const kept = bits.map((each) => gathered(each, places));
  return atomsOf(names, kept, plain);
}

function placesOf(held: Uint8Array, wanted: number): Int32Array {
  const places = new Int32Array(held.length);
  let found = 0;
  for (let row = 0; row < held.length; row++) if (held[row] === wanted) places[found++] = row;
  return places.slice(0, found);
}

/** Rows of one set that are not in the other, by value: ascending for 1, descending for −1. */
function byValue(inside: Bits, outside: Bits, values: Float32Array | Float64Array, sign: 1 | -1): number[] {
  const rows = Array.from(rowsOf(inside)).filter((row) => !hasBit(outside, row));
  return rows.sort((a, b) => sign * (values[a]! - values[b]!) || a - b);
}
