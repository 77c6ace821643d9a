/** Which way is taken where no rule covers an operator; `modelChecks.test.ts` holds derivatives against differences. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeModelBytes, encodeModelBytes } from '../../../server/src/onnx/codec';
import type { GradientParams } from '../../../server/src/protocol/gradient';
import { gradient } from '../../../server/src/worker/gradient';
import { gradientCheck, judged } from '../../../server/src/worker/gradient/check';
import { openModel } from '../../../server/src/worker/openModel';
import { unpackFamily } from '../../helpers/families';
import { quietJob } from '../../helpers/quietJob';
import { tempFolder } from '../../helpers/tempFiles';
import { batchOf } from '../../helpers/tinyRuns';

const place = tempFolder();

/** A family in which the activation of one layer is an operator without a rule. */
function withoutRule(name: string): string {
  const folder = unpackFamily(name, join(place.path, 'without a rule'));
  const file = join(folder, 'model.onnx');
  const model = decodeModelBytes(readFileSync(file));
  const { nodes = [] } = model.graph ?? {};
  const last = nodes.findLast(({ opType }) => opType === 'Erf');
  const changed = nodes.map((node) => (node === last ? { ...node, opType: 'Atan' } : node));
  writeFileSync(file, encodeModelBytes({ ...model, graph: model.graph && { ...model.graph, nodes: changed } }));
  return folder;
}

test('the self-check tells a jump, where differences grow as the step shrinks, from a corner and from a wrong derivative', () => {
  const tolerance = 0.02;
  expect(judged([0.4, 2.5], tolerance)).toBe('jump');
  expect(judged([0.4, 0.39], tolerance)).toBe(0.39);
  expect(judged([0.034, 0.004], tolerance)).toBe(0.004);
  expect(judged([0.001], tolerance)).toBe(0.001);
  // Rounding grows, too, but stays below what is allowed.
  expect(judged([0.0001, 0.0008], tolerance)).toBe(0.0008);
});

describe('an operator without a rule', () => {
  test('is named by the self-check, which has nothing to compare', async () => {
    const { held, detail } = await gradientCheck(openModel({ folder: withoutRule('bert-mlm') }), batchOf([3, 14, 9, 27, 6]));
    expect(held).toBeNull();
    expect(detail).toMatch(/MODEL_GRADIENT .*Atan, through which no derivative can be computed/);
  });

  const asked = { target: '#7', of: 'logit', ids: [3, 14, 9], at: 1, taps: [{ tap: 'ffn' }], layers: [{ from: 1, to: 1 }] } as const;
  const run = (folder: string, more: Partial<GradientParams> = {}) => gradient({ model: { folder }, ...asked, ...more }, quietJob);

  test('in a quantised model leads to differences between runs, which the report says', async () => {
    const { route, step, notes, strongest } = await run(withoutRule('bert-mlm-int8'));
    expect({ route, step }).toEqual({ route: 'differences', step: 0.1 });
    expect(notes).toContain(
      'Atan, through which no derivative can be computed: the model is quantised, so these are differences between runs instead',
    );
    expect(strongest[0]?.value).not.toBe(0);
  });

  test('in any other, or where --by reverse was asked for, is refused by name', async () => {
    await expect(run(withoutRule('bert-mlm'))).rejects.toThrow(/MODEL_GRADIENT.*Atan/);
    await expect(run(withoutRule('bert-mlm-int8'), { route: 'reverse' })).rejects.toThrow(/MODEL_GRADIENT.*Atan/);
  });
});
