/** Derivatives as files for anybody: an array a tap, layers × neurons. */
import { writeFile } from 'node:fs/promises';
import { writeFailure } from '../../activations/fsPort';
import { npyBytes } from '../../activations/npy';
import type { TapGroup } from './gradientTaps';

/**
 * Writes float32 [layers, neurons] for every tap: under the name given where there is one tap, else with the tap before the
 * ending. Layers narrower than the widest end in NaN. Throws DISK_FULL or OUTPUT_FILE.
 */
export async function writeGradients(out: string, groups: readonly TapGroup[], rows: readonly Float32Array[]): Promise<string[]> {
  const files: string[] = [];
  let first = 0;
  for (const { name, taps } of groups) {
    const width = Math.max(...taps.map((tap) => tap.width));
    const data = new Float32Array(taps.length * width).fill(Number.NaN);
    for (const layer of taps.keys()) data.set(rows[first + layer] ?? [], layer * width);
    first += taps.length;
    const file = groups.length === 1 ? out : out.replace(/\.npy$/, `.${name}.npy`);
    await writeFile(file, npyBytes({ dtype: 'f4', shape: [taps.length, width], data })).catch((error: unknown) => {
      throw writeFailure(error, file);
    });
    files.push(file);
  }
  return files;
}
