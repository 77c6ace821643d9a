/** Reading half precision, which Node 20 lacks, by a table of all 65,536 values. `simd/halfEncoder.ts` writes it. */

/** Bits of a half → the number, for all of them. 256 KB, made once. */
export const halves = decodingTable();

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
  for (let i = 0; i < count; i++) to[i] = halves[from[i] as number] as number;
}
