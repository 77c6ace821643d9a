import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Stack } from '../../../server/src/protocol/neurons';
import { openModelFolder } from '../../../server/src/onnx/modelFolder';
import type { TapLayout } from '../../../server/src/onnx/taps/tap';
import { openModelRun } from '../../../server/src/runtime/modelRun';
import type { Wanted } from '../../../server/src/runtime/modelRun';
import { readNpy } from '../../helpers/npy';
import { batchOfReference, difference, readJson } from '../../helpers/referenceRuns';
import type { ReferenceInputs } from '../../helpers/referenceRuns';
import { hasShared, shared } from '../../helpers/shared';

interface ManifestTap {
  layer: number;
  tensor: string;
  layout: string;
}

interface Manifest {
  reference_of?: string;
  stacks: Record<string, { last_hidden_state_is_normed?: boolean }>;
  taps: Record<string, Record<string, ManifestTap[]>>;
  tolerance: { activations: number; logits: number };
}

const layouts: Record<string, TapLayout> = { '(BT)N': 'RN' };
const stacks: Record<string, Stack> = { model: '', encoder: 'enc', decoder: 'dec' };

/** The reference array of one tap, cut out of the file that holds all layers. */
function referenceOf(
  folder: string,
  stack: string,
  tap: string,
  layer: number,
  normed: boolean,
  layers: number,
): ArrayLike<number> | undefined {
  const place = stack === 'model' ? join(folder, 'reference') : join(folder, 'reference', stack);
  const whole = (name: string) => (existsSync(join(place, name)) ? readNpy(join(place, name)) : undefined);
  if (tap === 'residual' && normed && layer === layers) return whole('residual_last.npy')?.data;
  const array = whole(`${tap.startsWith('residual') ? 'hidden_states' : tap}.npy`);
  if (!array) return undefined;
  const size = array.data.length / (array.shape[0] ?? 1);
  return array.data.subarray(layer * size, (layer + 1) * size);
}

const models = hasShared
  ? readdirSync(shared('fixtures/models')).filter((name) => existsSync(shared(`fixtures/models/${name}/manifest.json`)))
  : [];

describe.skipIf(!hasShared)('the reference models', () => {
  test.each(models)('%s gives the values of its reference, every tap and the output', async (name) => {
    const path = shared(`fixtures/models/${name}`);
    const manifest = readJson<Manifest>(join(path, 'manifest.json'));
    const reference = shared(`fixtures/models/${manifest.reference_of ?? name}`);
    const inputs = readJson<ReferenceInputs>(join(reference, 'reference/inputs.json'));
    const batch = batchOfReference(inputs);
    const folder = openModelFolder(path);

    const wanted: (Wanted & { tap: string; layer: number; name: string })[] = Object.entries(manifest.taps).flatMap(([stackName, taps]) =>
      Object.entries(taps).flatMap(([tap, places]) =>
        places.map(({ tensor, layout, layer }) => {
          return { tap, layer, name: stackName, tensor, stack: stacks[stackName] ?? '', layout: layouts[layout] ?? (layout as TapLayout) };
        }),
      ),
    );
    const last = folder.parts.at(-1);
    const outputs = last?.file.model.graph.outputs
      .map((output) => output.name)
      .filter((each) => existsSync(join(reference, `reference/${each}.npy`)));
    const run = await openModelRun(folder, [...wanted, ...(outputs ?? []).map((tensor) => ({ tensor, stack: last?.stack ?? '' }))], {
      threads: 1,
    });
    const found = await run.run(batch);
    await run.release();

    expect(outputs).not.toEqual([]);
    let compared = 0;
    for (const [i, { tap, layer, name: stackName, stack, tensor }] of wanted.entries()) {
      const { last_hidden_state_is_normed: normed = false, layers = 0 } = manifest.stacks[stackName] as {
        last_hidden_state_is_normed?: boolean;
        layers?: number;
      };
      const expected = referenceOf(reference, stackName, tap, layer, normed, layers);
      const mask = stack === 'dec' ? batch.decoder?.mask : batch.mask;
      if (!expected || !mask) continue;
      compared++;
      expect(difference(found[i]?.data ?? new Float32Array(0), expected, mask), `${tap} ${layer} ${tensor}`).toBeLessThan(
        manifest.tolerance.activations,
      );
    }
    expect(compared).toBe(wanted.length);
    outputs?.forEach((output, i) => {
      const expected = readNpy(join(reference, `reference/${output}.npy`));
      const value = found[wanted.length + i];
      expect(value?.dims).toEqual(expected.shape);
      const mask = expected.shape.length === 3 ? (batch.decoder?.mask ?? batch.mask) : new Uint8Array(batch.size).fill(1);
      expect(difference(value?.data ?? new Float32Array(0), expected.data, mask), output).toBeLessThan(manifest.tolerance.logits);
    });
  });
});
