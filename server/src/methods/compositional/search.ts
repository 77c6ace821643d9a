/**
 * Beam search for the formula whose rows overlap most with those where a neuron is active (Mu and Andreas 2020, section 2).
 * Formulas grow by one atom a round. The beam holds different sets of rows only: formulas that mean the same count once, by
 * the shortest and then alphabetically first of them, where the original lets copies crowd out what is new.
 */
import { gathered, joined, sameBits, size, sizeOfBoth } from './bits';
import type { Bits, Operator } from './bits';
import { formulaText, readingLength } from './formula';
import type { Formula } from './formula';

/** Atomic concepts over the same rows. */
export interface Atoms {
  readonly names: readonly string[];
  readonly bits: readonly Bits[];
  readonly sizes: readonly number[];
  /** Atoms from this number on are others with their neighbours, which is more to read. */
  readonly plain: number;
}

/** A formula with what it says about a neuron. */
export interface Candidate {
  readonly formula: Formula;
  readonly bits: Bits;
  /** Rows where it holds, and those of them where the neuron is active. */
  readonly size: number;
  readonly both: number;
  /** Rows in both over rows in either. */
  readonly score: number;
}

export interface SearchOptions {
  /** Formulas kept from round to round. */
  readonly beam: number;
  /** Most atoms of a formula. */
  readonly length: number;
}

export function atomsOf(names: readonly string[], bits: readonly Bits[], plain = bits.length): Atoms {
  return { names, bits, sizes: bits.map(size), plain };
}

/**
 * The best formulas of at most 1, 2, … `length` atoms; as long as no atom holds where the neuron is active, none. Scores
 * never fall from one to the next.
 */
export function searchFormulas(active: Bits, atoms: Atoms, { beam: width, length }: SearchOptions): Candidate[] {
  const rows = rowsOf(active);
  // A neuron is active on few rows: what an atom shares with it is counted among those alone.
  const shared = atoms.bits.map((bits) => gathered(bits, rows));
  const sharedSizes = shared.map(size);
  let beam = new Beam(width, atoms);
  for (let atom = 0; atom < atoms.bits.length; atom++) {
    const [holds, both] = [atoms.sizes[atom]!, sharedSizes[atom]!];
    if (both > 0) beam.offer(holds, both, both / (rows.length + holds - both), atom, () => atoms.bits[atom]!);
  }
  if (beam.kept.length === 0) return [];
  const best = [beam.kept[0]!];
  for (let round = 1; round < length; round++) {
    const next = new Beam(width, atoms, beam.kept);
    for (const left of beam.kept) extend(left, gathered(left.bits, rows), rows.length, atoms, { shared, sharedSizes }, next);
    beam = next;
    best.push(beam.kept[0]!);
  }
  return best;
}

/**
 * Offers a formula joined with every atom. What the three joins share with the neuron follows from one count among the
 * active rows; the count over all rows is made only where some join could still enter the beam.
 */
function extend(
  left: Candidate,
  leftShared: Bits,
  active: number,
  atoms: Atoms,
  { shared, sharedSizes }: { readonly shared: readonly Bits[]; readonly sharedSizes: readonly number[] },
  beam: Beam,
): void {
  for (let atom = 0; atom < atoms.bits.length; atom++) {
    const holds = atoms.sizes[atom]!;
    const atomShared = sharedSizes[atom]!;
    // As published: atoms that nowhere hold with the neuron are no candidates, not even behind AND NOT.
    if (atomShared === 0) continue;
    const inThree = sizeOfBoth(leftShared, shared[atom]!);
    const orBoth = left.both + atomShared - inThree;
    const notBoth = left.both - inThree;
    // Sizes of unions and differences from below, so that scores are bounded from above.
    const orRows = Math.max(left.size, holds, orBoth);
    const notRows = Math.max(notBoth, left.size - holds);
    const bound = Math.max(orBoth / (active + orRows - orBoth), inThree / active, notBoth / (active + notRows - notBoth));
    if (bound < beam.least) continue;
    const overlap = sizeOfBoth(left.bits, atoms.bits[atom]!);
    const offer = (operator: Operator, rows: number, both: number): void => {
      if (both === 0) return;
      const join = (): Bits => joined(operator, left.bits, atoms.bits[atom]!);
      beam.offer(rows, both, both / (active + rows - both), { operator, left: left.formula, right: atom }, join);
    };
    offer('or', left.size + holds - overlap, orBoth);
    offer('and', overlap, inThree);
    offer('and not', left.size - overlap, notBoth);
  }
}

/** The best candidates so far, best first, no two with the same rows. */
class Beam {
  readonly kept: Candidate[];
  readonly #width: number;
  readonly #atoms: Pick<Atoms, 'names' | 'plain'>;

  constructor(width: number, atoms: Pick<Atoms, 'names' | 'plain'>, kept: readonly Candidate[] = []) {
    this.#width = width;
    this.#atoms = atoms;
    this.kept = [...kept];
  }

  /** What a candidate must reach. */
  get least(): number {
    return this.kept.length < this.#width ? 0 : this.kept[this.kept.length - 1]!.score;
  }

  /** Takes a candidate in if it is good and new enough; its rows are asked for only then. */
  offer(holds: number, both: number, score: number, formula: Formula, rows: () => Bits): void {
    if (score < this.least) return;
    const last = this.kept[this.#width - 1];
    const like = { score, formula };
    if (last && this.#order(last, like) < 0) return;
    const bits = rows();
    const alike = this.kept.findIndex((known) => known.size === holds && known.both === both && sameBits(known.bits, bits));
    if (alike >= 0) {
      if (this.#order(this.kept[alike]!, like) <= 0) return;
      this.kept.splice(alike, 1);
    } else if (this.kept.length === this.#width) this.kept.pop();
    let at = this.kept.length;
    while (at > 0 && this.#order(this.kept[at - 1]!, like) > 0) at--;
    this.kept.splice(at, 0, { formula, bits, size: holds, both, score });
  }

  /** Below 0 where `a` comes first: by score, then the shorter, then the alphabetically first. */
  #order(a: Pick<Candidate, 'score' | 'formula'>, b: Pick<Candidate, 'score' | 'formula'>): number {
    if (a.score !== b.score) return b.score - a.score;
    const { names, plain } = this.#atoms;
    const longer = readingLength(a.formula, plain) - readingLength(b.formula, plain);
    if (longer !== 0) return longer;
    const [left, right] = [formulaText(a.formula, names), formulaText(b.formula, names)];
    return left < right ? -1 : Number(left > right);
  }
}

/** The rows of a set, ascending. */
export function rowsOf(bits: Bits): Int32Array {
  const rows = new Int32Array(size(bits));
  let count = 0;
  for (let word = 0; word < bits.length; word++) {
    for (let rest = bits[word]!; rest !== 0; rest &= rest - 1) rows[count++] = (word << 5) + 31 - Math.clz32(rest & -rest);
  }
  return rows;
}
