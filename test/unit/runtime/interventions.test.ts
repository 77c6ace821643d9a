import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formOf } from '../../../server/src/onnx/intervention';
import type { EditSite, Operation, TapEdit } from '../../../server/src/onnx/intervention';
import { openModelFolder } from '../../../server/src/onnx/modelFolder';
import { allTaps, findTaps } from '../../../server/src/onnx/taps';
import type { TapTensor } from '../../../server/src/onnx/taps';
import { tapText } from '../../../server/src/protocol/neurons';
import { openModelRun } from '../../../server/src/runtime/modelRun';
import { readNpy } from '../../helpers/npy';
import { batchOfReference, difference, pointOf, readJson } from '../../helpers/referenceRuns';
import type { ReferenceCases, ReferenceEdit } from '../../helpers/referenceRuns';
import { hasShared, shared } from '../../helpers/shared';

interface Manifest {
  readonly reference_of?: string;
  readonly tolerance: { readonly logits: number };
}

const operations: Readonly<Record<ReferenceEdit['op'], Operation>> = { zero: 'set', mean: 'set', clamp: 'set', scale: 'scale', add: 'add' };

function tapEdit(edit: ReferenceEdit, taps: readonly TapTensor[]): TapEdit {
  const point = pointOf(edit);
  const width = taps.find((tap) => tapText(tap.point) === tapText(point))?.width ?? NaN;
  const values = edit.value === null ? [0] : typeof edit.value === 'number' ? [edit.value] : edit.value;
  return {
    point,
    units: edit.neurons ?? Array.from({ length: width }, (_, unit) => unit),
    operation: operations[edit.op],
    values,
    ...(edit.positions ? { places: edit.positions.flatMap((columns, row) => columns.map((position) => ({ row, position }))) } : {}),
  };
}

function sitesOf(edits: readonly TapEdit[], taps: readonly TapTensor[], form?: EditSite['form']): EditSite[] {
  return taps.flatMap((tap) => {
    const own = edits.filter(({ point }) => tapText(point) === tapText(tap.point));
    return own.length === 0 ? [] : [{ tap, form: form ?? formOf(own) }];
  });
}

const models = hasShared
  ? readdirSync(shared('fixtures/models')).filter((name) => existsSync(shared(`fixtures/models/${name}/manifest.json`)))
  : [];

describe.skipIf(!hasShared)('edited reference models', () => {
  test.each(models)('%s gives the outputs that PyTorch gives under the same edits, dense and sparse', async (name) => {
    const path = shared(`fixtures/models/${name}`);
    const { reference_of, tolerance } = readJson<Manifest>(join(path, 'manifest.json'));
    const reference = shared(`fixtures/models/${reference_of ?? name}/reference`);
    const { inputs, output, cases } = readJson<ReferenceCases>(join(reference, 'interventions.json'));
    const batch = batchOfReference(inputs);
    const folder = openModelFolder(path);
    const taps = folder.parts.flatMap(({ stack, file }) => findTaps(file.index, { stack }).stacks.flatMap(allTaps));
    const expected = readNpy(join(reference, `interventions_${output}.npy`));
    const clean = readNpy(join(reference, `interventions_clean_${output}.npy`));
    const last = folder.parts.at(-1);
    const wanted = [{ tensor: output, stack: last?.stack ?? '' } as const];
    const size = expected.data.length / cases.length;
    const mask = clean.shape.length === 3 ? (batch.decoder?.mask ?? batch.mask) : new Uint8Array(batch.size).fill(1);
    for (const [i, { title, edits: asked }] of cases.entries()) {
      const edits = asked.map((edit) => tapEdit(edit, taps));
      for (const form of ['dense', 'sparse', undefined] as const) {
        const run = await openModelRun(folder, wanted, { sites: sitesOf(edits, taps, form), prepack: false });
        const [edited] = await run.run(batch, edits);
        const [plain] = await run.run(batch);
        await run.release();
        const wantedValues = expected.data.subarray(i * size, (i + 1) * size);
        expect(difference(edited?.data ?? [], wantedValues, mask), `${title}, ${form}`).toBeLessThan(tolerance.logits);
        expect(difference(plain?.data ?? [], clean.data, mask), `${title}, without edits`).toBeLessThan(tolerance.logits);
      }
    }
  });
});
