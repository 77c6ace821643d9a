/**
 * Rounding float32 to half precision, which Node 20 lacks, eight values at a time: nearest and ties to even, as IEEE 754
 * asks, but for one choice. Finite values beyond 65,504 become ±65,504 instead of infinity: some neurons of transformers
 * exceed 1e4, and an infinity would void every statistic of theirs.
 */
import { type Code, type Locals, assemble, f32x4, i32, i32x4, repeat, v128 } from './assembly';

/** Rounds in a memory of its own: values are put where `values` says and read from what `encode` returns. */
export class HalfEncoder {
  #room = 0;
  #memory = new ArrayBuffer(0);
  #encode: (from: number, end: number, to: number) => number = () => 0;

  /** Where to put so many values. What was there before may be gone. */
  values(count: number): Float32Array {
    if (count > this.#room) {
      this.#room = Math.ceil(count / 8) * 8;
      const { memory, routines } = program(this.#room * 6);
      this.#memory = memory;
      this.#encode = routines.encode;
    }
    return new Float32Array(this.#memory, 0, count);
  }

  /** The first `count` values as halves, good until the next call, and how many of them were clamped. */
  encode(count: number): { readonly bytes: Uint8Array; readonly clamped: number } {
    const to = this.#room * 4;
    if (count === 0) return { bytes: new Uint8Array(0), clamped: 0 };
    // The last eight may hold values of an earlier call: they are rounded too, but must not be counted.
    new Float32Array(this.#memory, count * 4, (this.#room - count) % 8).fill(0);
    const clamped = this.#encode(0, Math.ceil(count / 8) * 32, to);
    return { bytes: new Uint8Array(this.#memory, to, count * 2), clamped };
  }
}

/** Bits of float32: its sign, infinity, the smallest that rounds beyond 65,504, the smallest that is a normal half. */
const magnitudeBits = 0x7fffffff;
const infinity = 0x7f800000;
const tooLarge = 0x477ff000;
const smallestNormal = 0x38800000;
const half = 0x3f000000;

const program = assemble({
  encode: {
    parameters: ['from', 'end', 'to'],
    gives: true,
    integers: [],
    vectors: ['bits', 'magnitude', 'large', 'left', 'clamped'],
    body: (local) => [
      ...repeat(
        [
          ...local.set('left', roundFour(local, 0)),
          ...v128.store(local.get('to'), i32x4.narrow(local.get('left'), roundFour(local, 16))),
          ...local.set('to', i32.add(local.get('to'), i32.const(16))),
        ],
        i32.isBelow(local.tee('from', i32.add(local.get('from'), i32.const(32))), local.get('end')),
      ),
      ...[1, 2, 3].reduce<Code>(
        (sum, lane) => i32.add(sum, i32x4.extract(local.get('clamped'), lane)),
        i32x4.extract(local.get('clamped'), 0),
      ),
    ],
  },
});

/** Four values as the bits of halves, in 32 bits each. */
function roundFour({ get, set, tee }: Locals, offset: number): Code {
  const magnitude = get('magnitude');
  // Rebias the exponent, add just under half of the last place (and the rest if it is odd), drop 13 bits.
  const odd = v128.and(i32x4.shiftRight(magnitude, 13), i32x4.splat(1));
  const normal = i32x4.shiftRight(i32x4.add(i32x4.add(magnitude, i32x4.splat(0xc8000fff | 0)), odd), 13);
  // Subnormal halves are multiples of 2⁻²⁴, which is the spacing of float32 just above 0.5: adding 0.5 rounds to it.
  const subnormal = i32x4.sub(f32x4.add(magnitude, i32x4.splat(half)), i32x4.splat(half));
  const finite = v128.select(subnormal, normal, i32x4.isBelow(magnitude, i32x4.splat(smallestNormal)));
  const isNaN = i32x4.isAbove(magnitude, i32x4.splat(infinity));
  const isInfinite = i32x4.isAtLeast(magnitude, i32x4.splat(infinity));
  const beyond = v128.select(v128.select(i32x4.splat(0x7e00), i32x4.splat(0x7c00), isNaN), i32x4.splat(0x7bff), isInfinite);
  const sign = v128.and(i32x4.shiftRight(get('bits'), 16), i32x4.splat(0x8000));
  return [
    ...set('magnitude', v128.and(tee('bits', v128.load(get('from'), offset)), i32x4.splat(magnitudeBits))),
    ...set('large', i32x4.isAtLeast(magnitude, i32x4.splat(tooLarge))),
    // A lane of a mask is −1 where it holds.
    ...set(
      'clamped',
      i32x4.add(get('clamped'), v128.and(i32x4.isBelow(magnitude, i32x4.splat(infinity)), i32x4.shiftRight(get('large'), 31))),
    ),
    ...v128.or(sign, v128.select(beyond, finite, get('large'))),
  ];
}
