/** Pieces and their ids, checked: every id from 0 to the largest belongs to exactly one piece. */
import { shown } from '../../protocol/errors';
import type { Findings, Part } from './description';
import type { Json } from './json';

const remedy = 'Fetch tokenizer.json again from where the model comes from; its ids must be those the model was trained with.';

export class Vocabulary {
  readonly #ids = new Map<string, number>();
  readonly #pieces: (string | undefined)[] = [];

  idOf(piece: string): number | undefined {
    return this.#ids.get(piece);
  }

  pieceOf(id: number): string | undefined {
    return this.#pieces[id];
  }

  get size(): number {
    return this.#ids.size;
  }

  get largestId(): number {
    return this.#pieces.length - 1;
  }

  pieces(): Iterable<string> {
    return this.#ids.keys();
  }

  /** Adds an entry as the file states it; an id that cannot be, or is taken by another piece, becomes a finding. */
  add(piece: string, id: Json, path: string, findings: Findings): void {
    const refuse = (found: string, expected: string): void =>
      findings.add('TOKENIZER_VOCAB', path, { found: `"${shown(piece, 80)}" has ${found}`, expected, remedy });
    if (typeof id !== 'number' || !Number.isSafeInteger(id)) return refuse(`the id ${shown(JSON.stringify(id), 40)}`, 'a whole number');
    if (id < 0 || id > largestSensibleId) return refuse(`the id ${id}`, `a number from 0 to ${largestSensibleId}`);
    const known = this.#ids.get(piece);
    if (known !== undefined && known !== id) return refuse(`the id ${id}, and elsewhere ${known}`, 'one id for each piece');
    const taken = this.#pieces[id];
    if (taken !== undefined && taken !== piece) return refuse(`the id ${id}, which "${shown(taken, 80)}" has too`, 'one piece for each id');
    this.#ids.set(piece, id);
    while (this.#pieces.length <= id) this.#pieces.push(undefined);
    this.#pieces[id] = piece;
  }

  /** Adds the next entry of a list, whose place is its id. Of equal pieces the last one is found. */
  append(piece: string): void {
    this.#ids.set(piece, this.#pieces.length);
    this.#pieces.push(piece);
  }

  /** Records ids that no piece has, as ranges. */
  checkGaps(path: string, findings: Findings): void {
    for (let id = 0; id < this.#pieces.length; id++) {
      if (this.#pieces[id] !== undefined) continue;
      const first = id;
      while (this.#pieces[id + 1] === undefined && id < this.largestId) id++;
      findings.add('TOKENIZER_VOCAB', path, {
        found: `no piece for ${first === id ? `id ${first}` : `the ids ${first} to ${id}`}, though "${shown(this.#pieces[id + 1] ?? '', 80)}" has ${id + 1}`,
        expected: `every id from 0 to ${this.largestId}`,
        remedy,
      });
    }
  }
}

/** More pieces than any model has rows; keeps a hostile id from costing memory. */
const largestSensibleId = 16_777_215;

/** Reads `{ piece: id, … }`. */
export function readVocabulary(part: Part): Vocabulary {
  const vocabulary = new Vocabulary();
  for (const [piece, id] of part.entries()) vocabulary.add(piece, id, part.path, part.findings);
  if (vocabulary.size === 0) part.findings.add('TOKENIZER_VOCAB', part.path, { found: 'no pieces', expected: 'a vocabulary', remedy });
  return vocabulary;
}
