/** Lists and records that are put together from pieces. */

/** What pieces are added to. */
export interface Growing {
  /** Adds all members of a piece; gives their number. */
  addAll(piece: object): number;
  add(key: string, value: unknown): void;
  /** Everything that was added. */
  done(): unknown;
}

/** A list; of numbers and nulls alone a `Float64Array` with NaN for null. */
export class GrowingList implements Growing {
  readonly #numbers: Float64Array[] = [];
  #values: unknown[] | null = null;

  addAll(piece: object): number {
    const values = piece as readonly unknown[];
    if (this.#values === null && values.every((value) => value === null || typeof value === 'number'))
      this.#numbers.push(Float64Array.from(values, (value) => (value === null ? NaN : Number(value))));
    else for (const value of values) this.add('', value);
    return values.length;
  }

  add(_: string, value: unknown): void {
    this.#values ??= [...joined(this.#numbers)].map((number) => (Number.isNaN(number) ? null : number));
    this.#values.push(value);
  }

  done(): unknown[] | Float64Array {
    return this.#values ?? joined(this.#numbers);
  }
}

/** A record. As `JSON.parse` does it, a member called `__proto__` is one like any other. */
export class GrowingRecord implements Growing {
  readonly #record: Record<string, unknown> = {};

  addAll(piece: object): number {
    const entries = Object.entries(piece);
    for (const [key, value] of entries) this.add(key, value);
    return entries.length;
  }

  add(key: string, value: unknown): void {
    Object.defineProperty(this.#record, key, { value, enumerable: true, writable: true, configurable: true });
  }

  done(): Record<string, unknown> {
    return this.#record;
  }
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
