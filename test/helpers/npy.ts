/** Reading reference arrays: `.npy` of version 1, float32, C order. */
import { readFileSync } from 'node:fs';

export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Reads a float32 array; fails loudly on anything else. */
export function readNpy(path: string): NpyArray {
  const file = readFileSync(path);
  const end = 10 + file.readUInt16LE(8);
  const header = file.toString('latin1', 10, end);
  if (!header.includes("'<f4'") || header.includes("'fortran_order': True")) throw new Error(`${path}: ${header}`);
  const shape = /\(([^)]*)\)/.exec(header)?.[1]?.split(',').map((each) => each.trim()).filter(Boolean).map(Number) ?? []; // prettier-ignore
  return { shape, data: new Float32Array(Uint8Array.from(file.subarray(end)).buffer) };
}
