/** Every concept of a corpus with the rows that carry it; concepts that the same rows carry are one, under several names. */
import type { Concept } from '../corpus/concepts/concept';
import type { Corpus } from '../corpus/corpus';
import { conceptRows } from './labels';
import type { RowFacts } from './labels';

/** A concept with the rows that carry it, among those that statistics use. */
export interface LabelledConcept {
  readonly name: string;
  /** Other concepts of exactly these rows. */
  readonly aliases: readonly string[];
  readonly rows: Int32Array;
  readonly support: { readonly positive: number; readonly negative: number };
  /** Where the labels come from, in words. */
  readonly source: string;
}

/** Labels the rows for one concept; undefined for a concept of several classes. */
export function labelledConcept(concept: Concept, corpus: Corpus, facts: RowFacts): LabelledConcept | undefined {
  const { set, source } = conceptRows(concept, corpus, facts, false);
  if (set.kind !== 'binary') return undefined;
  let [positive, negative] = [0, 0];
  const rows = new Int32Array(set.labels.length);
  set.labels.forEach((label, row) => {
    if (label === 1) rows[positive++] = row;
    else if (label === 0) negative++;
  });
  const origin = source.kind === 'automatic' ? `${source.tagger}, ${source.reliability}` : source.kind;
  return { name: set.name, aliases: [], rows: rows.slice(0, positive), support: { positive, negative }, source: origin };
}

/** Concepts labelled one after the other: whoever is interrupted goes on where he stopped. */
export class ConceptLabeller {
  readonly #waiting: Concept[];
  readonly #corpus: Corpus;
  readonly #facts: RowFacts;
  readonly #labelled: LabelledConcept[] = [];
  /** Places in the list of labelled concepts, by a hash of their rows. */
  readonly #byRows = new Map<number, number[]>();

  constructor(concepts: readonly Concept[], corpus: Corpus, facts: RowFacts) {
    this.#waiting = concepts.toReversed();
    this.#corpus = corpus;
    this.#facts = facts;
  }

  /** All of them; `pause` is awaited between two, and what it throws ends the call but loses nothing. */
  async all(pause: () => Promise<void>): Promise<readonly LabelledConcept[]> {
    for (let next = this.#waiting.at(-1); next; next = this.#waiting.at(-1)) {
      this.#add(labelledConcept(next, this.#corpus, this.#facts));
      this.#waiting.pop();
      await pause();
    }
    return this.#labelled;
  }

  #add(concept: LabelledConcept | undefined): void {
    if (!concept) return;
    const hash = concept.rows.reduce((mixed, row) => Math.imul(mixed ^ row, 0x01000193), concept.rows.length);
    const alike = this.#byRows.get(hash) ?? [];
    const at = alike.find((place) => sameRows(this.#labelled[place]?.rows, concept.rows));
    const known = at === undefined ? undefined : this.#labelled[at];
    if (at !== undefined && known) this.#labelled[at] = { ...known, aliases: [...known.aliases, concept.name] };
    else this.#byRows.set(hash, [...alike, this.#labelled.push(concept) - 1]);
  }
}

/** Whether two ascending lists of rows are the same. */
export function sameRows(a: Int32Array | undefined, b: Int32Array): boolean {
  return a?.length === b.length && a.every((row, i) => row === b[i]);
}
