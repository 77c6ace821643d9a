/** CRC-32 (IEEE 802.3, as in zip and PNG), eight bytes a step: zlib's own is absent from early releases of Node 20. */

const tables = slicingTables();

/** `tables[k][b]`: the CRC of byte `b` followed by `k` zero bytes. */
function slicingTables(): Int32Array[] {
  const first = new Int32Array(256);
  for (let b = 0; b < 256; b++) {
    let crc = b;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    first[b] = crc;
  }
  const all = [first];
  for (let k = 1; k < 8; k++) {
    const before = all[k - 1] as Int32Array;
    all.push(before.map((crc) => (crc >>> 8) ^ (first[crc & 0xff] as number)));
  }
  return all;
}

/** The checksum of some bytes, as an unsigned 32-bit number. */
export function crc32(bytes: Uint8Array): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as [
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  const at = (table: Int32Array, index: number): number => table[index & 0xff] as number;
  const byte = (i: number): number => bytes[i] as number;
  let crc = -1;
  let i = 0;
  for (; i + 8 <= bytes.length; i += 8) {
    const low = crc ^ (byte(i) | (byte(i + 1) << 8) | (byte(i + 2) << 16) | (byte(i + 3) << 24));
    crc =
      at(t7, low) ^ at(t6, low >>> 8) ^ at(t5, low >>> 16) ^ at(t4, low >>> 24) ^
      at(t3, byte(i + 4)) ^ at(t2, byte(i + 5)) ^ at(t1, byte(i + 6)) ^ at(t0, byte(i + 7)); // prettier-ignore
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ at(t0, crc ^ byte(i));
  return ~crc >>> 0;
}
