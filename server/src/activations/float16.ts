/**
 * Half precision, which Node 20 lacks: encoder by integer arithmetic on the bits of a float32, decoder by a table of all
 * 65,536 values. Bit for bit what `Float16Array` gives, but for one choice: see `encodeFloat16`.
 */

/** Bits of a half → the number, for all of them. 256 KB, made once. */
const decoded = decodingTable();

function decodingTable(): Float32Array {
  const table = new Float32Array(0x10000);
  for (let half = 0; half < 0x10000; half++) {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0x1f) table[half] = fraction ? NaN : sign * Infinity;
    else table[half] = exponent ? sign * (1 + fraction / 1024) * 2 ** (exponent - 15) : sign * fraction * 2 ** -24;
  }
  return table;
}

/** Widens `count` halves, given as their bits, into `to`. Exact. */
export function decodeFloat16(from: Uint16Array, to: Float32Array, count = from.length): void {
  for (let i = 0; i < count; i++) to[i] = decoded[from[i] as number] as number;
}

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

/**
 * Rounds `count` float32 values to halves, nearest and ties to even. `bits` views the float32 values as unsigned integers.
 * Unlike IEEE conversion, finite values beyond 65,504 become ±65,504 instead of infinity: some neurons of transformers
 * exceed 1e4, and an infinity would void every statistic of theirs. Returns how many were clamped so.
 */
export function encodeFloat16(bits: Uint32Array, at: number, count: number, to: Uint16Array, toAt: number): number {
  let clamped = 0;
  for (let i = 0; i < count; i++) {
    const b = bits[at + i] as number;
    const sign = (b >>> 16) & 0x8000;
    const magnitude = b & 0x7fffffff;
    if (magnitude >= 0x477ff000) {
      // 65,520 and above, infinity or NaN
      if (magnitude >= 0x7f800000) to[toAt + i] = sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00);
      else {
        to[toAt + i] = sign | 0x7bff;
        clamped++;
      }
    } else if (magnitude < 0x38800000) {
      // Subnormal halves are multiples of 2⁻²⁴, which is the spacing of float32 just above 0.5: adding 0.5 rounds to it.
      scratchBits[0] = magnitude;
      scratch[0] = (scratch[0] as number) + 0.5;
      to[toAt + i] = sign | (scratchBits[0] - 0x3f000000);
    } else {
      // Rebias the exponent, add just under half of the last place (and the rest if it is odd), drop 13 bits.
      to[toAt + i] = sign | ((magnitude + 0xc8000fff + ((magnitude >>> 13) & 1)) >>> 13);
    }
  }
  return clamped;
}
