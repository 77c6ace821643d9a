/** When the power goes, nothing half-written is believed afterwards and nothing that was committed is missing. */
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openChunkFile, parseChunkFileName } from '../../../server/src/activations/chunkFile';
import { extractActivations } from '../../../server/src/activations/extract';
import { ActivationStore } from '../../../server/src/activations/store';
import { smallRun } from './smallRun';
import type { Fate, Fates } from './volatileDisk';
import { VolatileDisk } from './volatileDisk';

const cache = '/cache';
const undisturbed = new VolatileDisk();
const { run } = await extractActivations(smallRun(new ActivationStore(cache, undisturbed, new Set())));
const { path: folder, key } = run.folder;
const whole = undisturbed.contents(folder);

/** A disk that also notes which chunks were under their names when their folder was last synchronised. */
class WitnessedDisk extends VolatileDisk {
  committed: readonly string[] = [];

  override syncFolder(path: string): void {
    super.syncFolder(path);
    this.committed = this.list(path).filter((name) => parseChunkFileName(name));
  }
}

/** Extracts until the power goes before an operation. */
async function powerLoss(operation: number): Promise<WitnessedDisk> {
  const disk = new WitnessedDisk(operation);
  await extractActivations(smallRun(new ActivationStore(cache, disk, new Set()))).catch(() => undefined);
  return disk;
}

/** Equality by bytes; an element-wise comparison of thousands of files takes half a minute. */
function expectSame(name: string, found: Uint8Array | undefined, expected: Uint8Array | undefined): void {
  expect(found && expected && Buffer.from(found).equals(expected), name).toBe(true);
}

/** The chunks that the store believes, each checked against what an undisturbed run wrote. */
function believed(disk: VolatileDisk): string[] {
  return disk.list(folder).filter((name) => {
    const parsed = parseChunkFileName(name);
    const file = parsed && openChunkFile(disk, join(folder, name), { key, ...parsed }, true);
    if (typeof file !== 'object') return false;
    expectSame(name, disk.contents(folder).get(name), whole.get(name));
    return true;
  });
}

async function expectSound(lost: WitnessedDisk, fates: Fates): Promise<void> {
  const disk = lost.restarted(fates);
  expect(believed(disk)).toEqual(expect.arrayContaining([...lost.committed]));
  await extractActivations(smallRun(new ActivationStore(cache, disk, new Set())));
  const after = disk.contents(folder);
  for (const [name, bytes] of whole) expectSame(name, after.get(name), bytes);
}

const always =
  <T>(value: T) =>
  (): T =>
    value;

/** What may be found afterwards, at its worst. */
const worst: readonly Fates[] = [
  { name: always(false), content: always('lost') },
  { name: always(true), content: always('lost') },
  { name: always(true), content: always('zeros') },
  { name: always(true), content: always('half') },
  { name: (change) => change % 2 === 1, content: always('kept') },
];

test('after a loss of power before any operation the store believes whole chunks only and has all that were committed', async () => {
  expect(undisturbed.operations).toBeGreaterThan(40);
  // Chunks are written in the same way one after the other: all operations of the first two, then every fifth.
  for (let operation = 0; operation <= undisturbed.operations; operation += operation < 40 ? 1 : 5) {
    const lost = await powerLoss(operation);
    for (const fates of worst) await expectSound(lost, fates);
  }
});

test('so it does whatever was kept', async () => {
  const fate = fc.constantFrom<Fate[]>('lost', 'kept', 'zeros', 'half');
  const operations = fc.nat(undisturbed.operations);
  await fc.assert(
    fc.asyncProperty(operations, fc.infiniteStream(fc.boolean()), fc.infiniteStream(fate), async (operation, names, contents) => {
      await expectSound(await powerLoss(operation), { name: () => names.next().value, content: () => contents.next().value });
    }),
    { numRuns: 50 },
  );
});

test('a disk on which files are renamed before they are synchronised would be found out', async () => {
  class Hasty extends WitnessedDisk {
    override sync(): void {
      // As a program that forgot it.
    }
  }
  const disk = new Hasty();
  await extractActivations(smallRun(new ActivationStore(cache, disk, new Set())));
  expect(believed(disk.restarted({ name: always(true), content: always('lost') }))).not.toEqual(
    expect.arrayContaining([...disk.committed]),
  );
});
