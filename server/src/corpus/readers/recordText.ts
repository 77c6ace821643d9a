/** The text of a JSON record, in whose units its offsets count, and what was found wrong with the record so far. */
import { problem, refuseAll } from '../../protocol/errors';
import type { ErrorCode, Place, Problem } from '../../protocol/errors';
import { recordRemedy } from './jsonValues';
import { toUtf16 } from './offsetUnit';
import type { OffsetUnit } from './offsetUnit';

export class RecordText {
  /** Undefined where the record has tokens only. */
  readonly surface: string | undefined;
  readonly #place: Place;
  readonly #toUtf16: (offset: number) => number | undefined;
  readonly #problems: Problem[] = [];

  constructor(surface: string | undefined, unit: OffsetUnit, place: Place) {
    this.surface = surface;
    this.#place = place;
    this.#toUtf16 = toUtf16(surface ?? '', unit);
  }

  /** The text's length in the unit of its offsets. */
  get length(): number {
    return this.#toUtf16(Infinity) ?? 0;
  }

  /** Two offsets as UTF-16 units; undefined unless both are whole numbers within the text. */
  span(from: unknown, to: unknown): readonly [start: number, end: number] | undefined {
    const start = typeof from === 'number' ? this.#toUtf16(from) : undefined;
    const end = typeof to === 'number' ? this.#toUtf16(to) : undefined;
    return start === undefined || end === undefined ? undefined : [start, end];
  }

  /** Notes something that is wrong, to be thrown with all else by `refuseAll`. */
  refuse(found: string, expected: string, code: ErrorCode = 'CORPUS_JSON'): void {
    this.#problems.push(problem(code, this.#place, { found, expected, remedy: recordRemedy }));
  }

  /** Throws what was noted, if anything was. */
  refuseAll(): void {
    refuseAll(this.#problems);
  }
}
