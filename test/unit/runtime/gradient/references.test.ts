/** Derivatives and integrated gradients against those that PyTorch gives, for every reference model. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openModelFolder } from '../../../../server/src/onnx/modelFolder';
import { allTaps, findTaps } from '../../../../server/src/onnx/taps';
import { openGradientRun } from '../../../../server/src/runtime/gradientRun';
import type { ScalarOf } from '../../../../server/src/runtime/gradientRun';
import { readNpy } from '../../../helpers/npy';
import { readJson } from '../../../helpers/referenceRuns';
import { hasShared, shared } from '../../../helpers/shared';

interface Case {
  readonly input_ids: number[];
  readonly decoder_input_ids?: number[];
  readonly stack: 'model' | 'encoder' | 'decoder';
  readonly tap_position: number;
  readonly output: string;
  readonly output_position: number | null;
  readonly target: number | null;
  readonly logit: number;
  readonly probability: number | null;
  readonly m: number | null;
  readonly files: Readonly<Record<'ffn' | 'grad_logit' | 'grad_prob' | 'ig', string | undefined>>;
}

interface Manifest {
  readonly base?: string;
  readonly tolerance: { readonly gradients: number | string | null; readonly logits: number };
}

const models = hasShared
  ? readdirSync(shared('fixtures/models')).filter((name) => existsSync(shared(`fixtures/models/${name}/manifest.json`)))
  : [];

/** Rounding has no derivative: what is compared there is the derivative of the float model, of which this is a coarse copy. */
const quantisedTolerance = 0.5;

/**
 * The derivatives of float16 models are held against those of the float32 model that they were made of. Weights and tensors of
 * eleven bits are 5e-4 off each, and their errors add up over layers: 4e-3 in the worst of the cases.
 */
const halfTolerance = 1e-2;

/** Largest difference from one part of a reference, relative to the largest value of all of it. */
function worst(found: Float32Array, whole: Float32Array, part: number, parts: number): number {
  const size = whole.length / parts;
  expect(found.length).toBe(size);
  const scale = whole.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return found.reduce((most, value, i) => Math.max(most, Math.abs(value - (whole[part * size + i] ?? NaN))), 0) / scale;
}

const rows = (ids: readonly number[], size: number) => ({
  length: ids.length,
  ids: Int32Array.from({ length: size * ids.length }, (_, i) => ids[i % ids.length] ?? 0),
  mask: new Uint8Array(size * ids.length).fill(1),
});

describe.skipIf(!hasShared)('derivatives of the reference models', () => {
  test.each(models)('%s', async (name) => {
    const path = shared(`fixtures/models/${name}`);
    const { base, tolerance } = readJson<Manifest>(join(path, 'manifest.json'));
    const reference = shared(`fixtures/models/${base ?? name}/reference`);
    const stated = Number(tolerance.gradients);
    const limit = name.endsWith('int8') ? quantisedTolerance : Math.min(stated, halfTolerance);
    const folder = openModelFolder(path);
    const stacks = folder.parts.flatMap(({ stack, file }) => findTaps(file.index, { stack }).stacks);
    for (const given of readJson<Case[]>(join(reference, 'gradients.json'))) {
      const stack = given.stack === 'model' ? '' : given.stack === 'decoder' ? 'dec' : 'enc';
      const last = stacks.at(-1);
      const taps = stacks.flatMap(allTaps).filter(({ point }) => point.tap === 'ffn' && point.stack === stack);
      const logits = last?.logits ?? { tensor: given.output, width: undefined, perToken: true };
      const of = (kind: ScalarOf['kind']): ScalarOf => ({ ...logits, stack: last?.stack ?? '', kind });
      const batch = (size: number) => ({
        size,
        ...rows(given.input_ids, size),
        ...(given.decoder_input_ids && { decoder: rows(given.decoder_input_ids, size) }),
      });
      const place = { target: given.target ?? 0, position: given.output_position ?? 0, tapPosition: given.tap_position };
      const whole = (key: keyof Case['files']) => readNpy(join(reference, given.files[key] ?? '')).data;

      for (const [kind, key] of [['logit', 'grad_logit'], ['prob', 'grad_prob']] as const) {
        if (!given.files[key]) continue;
        const run = await openGradientRun(folder, of(kind), taps);
        const { scalars, gradients } = await run.run(batch(1), [place]);
        await run.release();
        gradients.forEach((gradient, layer) => {
          expect(worst(gradient, Float32Array.from(whole(key)), layer, taps.length), `${key}, layer ${layer + 1}`).toBeLessThan(limit);
        });
        if (!name.endsWith('int8')) expect(Math.abs((scalars.logit[0] ?? NaN) / given.logit - 1)).toBeLessThan(tolerance.logits);
      } // prettier-ignore

      if (!given.files.ig || given.m === null) continue;
      const steps = given.m;
      const run = await openGradientRun(folder, of('prob'), taps, { sites: taps.map((tap) => ({ tap, form: 'sparse' })), oneToken: true });
      const clean = await run.run(batch(1), [place]);
      for (const [layer, tap] of taps.entries()) {
        const edits = Array.from({ length: steps }, (_, row) => ({
          point: tap.point,
          units: Array.from({ length: tap.width }, (_unused, unit) => unit),
          operation: 'scale' as const,
          values: [(row + 1) / steps],
          places: [{ row, position: given.tap_position }],
        }));
        const { gradients } = await run.run(batch(steps), Array.from({ length: steps }, () => place), edits); // prettier-ignore
        const found = new Float32Array(tap.width);
        gradients[layer]?.forEach((value, i) => {
          found[i % tap.width] = (found[i % tap.width] ?? NaN) + (value * (clean.values[layer]?.[i % tap.width] ?? NaN)) / steps;
        });
        expect(worst(found, Float32Array.from(whole('ig')), layer, taps.length), `ig, layer ${layer + 1}`).toBeLessThan(limit);
      }
      await run.release();
    }
  });
});
