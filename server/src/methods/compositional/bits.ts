/** Sets of rows as bits, 32 rows a word: unions, cuts and sizes at a word a step. */

export type Bits = Uint32Array;

/** An empty set among `rows` rows. */
function emptyBits(rows: number): Bits {
  return new Uint32Array((rows + 31) >>> 5);
}

/** The rows that pass a test. */
export function bitsWhere(rows: number, test: (row: number) => boolean): Bits {
  const bits = emptyBits(rows);
  for (let row = 0; row < rows; row++) if (test(row)) addBit(bits, row);
  return bits;
}

function addBit(bits: Bits, row: number): void {
  bits[row >>> 5] = bits[row >>> 5]! | (1 << (row & 31));
}

export function hasBit(bits: Bits, row: number): boolean {
  return ((bits[row >>> 5]! >>> (row & 31)) & 1) === 1;
}

/** How many rows are in the set. */
export function size(bits: Bits): number {
  let count = 0;
  for (let i = 0; i < bits.length; i++) count += ones(bits[i]!);
  return count;
}

/** How many rows are in both. */
export function sizeOfBoth(a: Bits, b: Bits): number {
  let count = 0;
  for (let i = 0; i < a.length; i++) count += ones(a[i]! & b[i]!);
  return count;
}

export function sameBits(a: Bits, b: Bits): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return a.length === b.length;
}

/** How two sets become one. */
export type Operator = 'or' | 'and' | 'and not';

export function joined(operator: Operator, a: Bits, b: Bits): Bits {
  if (operator === 'or') return a.map((word, i) => word | b[i]!);
  return operator === 'and' ? a.map((word, i) => word & b[i]!) : a.map((word, i) => word & ~b[i]!);
}

/** The rows of `bits` that `within` lists, numbered by their place in that list. */
export function gathered(bits: Bits, within: Int32Array): Bits {
  const kept = emptyBits(within.length);
  for (let place = 0; place < within.length; place++) if (hasBit(bits, within[place]!)) addBit(kept, place);
  return kept;
}

/** Number of ones of a word, by adding up ever wider fields. */
function ones(word: number): number {
  let sums = word - ((word >>> 1) & 0x5555_5555);
  sums = (sums & 0x3333_3333) + ((sums >>> 2) & 0x3333_3333);
  return Math.imul((sums + (sums >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
