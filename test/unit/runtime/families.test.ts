import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openModelFolder } from '../../../server/src/onnx/modelFolder';
import { allTaps, findTaps } from '../../../server/src/onnx/taps';
import type { StackTaps } from '../../../server/src/onnx/taps';
import { tapText } from '../../../server/src/protocol/neurons';
import { openModelRun } from '../../../server/src/runtime/modelRun';
import type { Wanted } from '../../../server/src/runtime/modelRun';
import { families, familyBatch, familyReference, unpackFamily } from '../../helpers/families';
import type { FamilyReference } from '../../helpers/families';
import { difference } from '../../helpers/referenceRuns';
import { tempFolder } from '../../helpers/tempFiles';

const place = tempFolder();

function stacksOf(path: string): StackTaps[] {
  return openModelFolder(path).parts.flatMap(({ stack, file }) => findTaps(file.index, { file: file.path, stack }).stacks);
}

/** Runs a model for all its taps and says which are not as the reference has them. */
async function wrongTaps(path: string, reference: FamilyReference): Promise<string[]> {
  const folder = openModelFolder(path);
  const taps = stacksOf(path).flatMap(allTaps);
  const wanted = taps.map((tap): Wanted => ({ ...tap, stack: tap.point.stack }));
  // Rounding to few bits falls the other way where the runtime fuses operators, so such models are compared without.
  const run = await openModelRun(folder, wanted, { optimisation: reference.tolerance > 1e-4 ? 'disabled' : 'all' });
  const batch = familyBatch(reference);
  const found = await run.run(batch);
  await run.release();
  const values = new Map(taps.map((tap, i) => [tapText(tap.point), found[i]?.data ?? new Float32Array()]));
  return Object.entries(reference.values).flatMap(([tap, { data }]) => {
    if (tap === 'output') return [];
    const value = values.get(tap);
    const mask = tap.startsWith('dec.') ? batch.decoder?.mask : batch.mask;
    if (!value || !mask) return [`${tap} was not found`];
    const apart = difference(value, data, mask);
    return apart <= reference.tolerance ? [] : [`${tap} is ${apart} apart`];
  });
}

describe('exports of many families', () => {
  test.each(families)('%s: every tap holds the values that PyTorch gives, and none is missing', async (name) => {
    const reference = familyReference(name);
    const path = unpackFamily(name, place.path);
    expect(await wrongTaps(path, reference)).toEqual([]);
    expect(Object.keys(reference.values)).not.toEqual([]);
    const missing = new Set(
      stacksOf(path).flatMap((stack) => stack.missing.map(({ point, reason }) => `${point.tap}: ${reason.slice(0, 22)}`)),
    );
    expect([...missing]).toEqual(name.endsWith('-moe') ? ['ffn: a mixture of 4 experts'] : []);
  });

  test.each(['t5-cache', 'bart-cache'])('%s: a merged decoder, alone beside its encoder or named, gives the same', async (name) => {
    const reference = familyReference(name);
    const path = unpackFamily(name, join(place.path, 'merged'));
    expect(await wrongTaps(join(path, 'decoder_model_merged.onnx'), reference)).toEqual([]);
    rmSync(join(path, 'decoder_model.onnx'));
    expect(await wrongTaps(path, reference)).toEqual([]);
  });

  test('a decoder that can only continue a text is refused with the files that begin one', async () => {
    const path = unpackFamily('t5-cache', join(place.path, 'continues'));
    const opening = wrongTaps(join(path, 'decoder_with_past_model.onnx'), familyReference('t5-cache'));
    await expect(opening).rejects.toThrow(/MODEL_INPUTS.*choose decoder_model\.onnx or decoder_model_merged\.onnx/);
  });
});
