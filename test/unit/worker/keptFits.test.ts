/** Fits on their way, kept in a cache: for the same job only, whole or not at all, gone when it is done. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fitsFolder, keptFits } from '../../../server/src/worker/keptFits';
import { tempFolder } from '../../helpers/tempFiles';

const temp = tempFolder();
const identity = (values: readonly number[], text = 'linear') => ({ numbers: [Float32Array.from(values)], text });
const state = Float64Array.of(1, 2.5, Infinity);

/** A job that keeps its second fit; the folder of its fits. */
function stopped(cache: string): string {
  const places = keptFits(cache, 0)(identity([1, 2]));
  places.next();
  places.next().keep(() => state);
  return join(fitsFolder(cache), readdirSync(fitsFolder(cache))[0]!);
}

test('the same job finds what it kept, fit by fit; another one does not', () => {
  const cache = join(temp.path, 'same');
  stopped(cache);
  const again = keptFits(cache)(identity([1, 2]));
  expect([again.next().kept, again.next().kept, again.next().kept]).toEqual([null, state, null]);
  for (const other of [identity([1, 3]), identity([1, 2, 0]), identity([1, 2], 'lca')]) {
    const places = keptFits(cache)(other);
    expect([places.next().kept, places.next().kept]).toEqual([null, null]);
  }
  again.forget();
  expect(readdirSync(fitsFolder(cache))).toEqual([]);
});

test('a file that is damaged or cut short counts for nothing', () => {
  const cache = join(temp.path, 'damaged');
  const file = join(stopped(cache), '1.fit');
  const bytes = readFileSync(file);
  for (const damaged of [bytes.subarray(0, 20), bytes.subarray(0, 0), bytes.map((byte, i) => (i === 3 ? byte ^ 1 : byte))]) {
    writeFileSync(file, damaged);
    const places = keptFits(cache)(identity([1, 2]));
    places.next();
    expect(places.next().kept).toBeNull();
  }
});

test('a job that takes no time writes nothing', () => {
  const cache = join(temp.path, 'short');
  const places = keptFits(cache, 60_000)(identity([1, 2]));
  places.next().keep(() => {
    throw new Error('asked for');
  });
  places.forget();
  expect(existsSync(cache)).toBe(false);
});
