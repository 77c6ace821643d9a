/** Edits that take what neurons are in another text. */
import { expect, test } from 'vitest';
import type { TapTensor } from '../../../server/src/onnx/taps';
import { parseEdit } from '../../../server/src/protocol/edits';
import { tapText } from '../../../server/src/protocol/neurons';
import { resolveEdits } from '../../../server/src/worker/edits/resolve';
import type { RecordedValues } from '../../../server/src/worker/edits/resolve';
import { openModel } from '../../../server/src/worker/openModel';
import { findingsOfAsync } from '../../helpers/findings';
import { media } from '../../helpers/media';

const model = openModel({ folder: media('models/demo-gpt2') });

/** Resolves edits of one text of three tokens; of another text, a neuron is its unit plus a thousandth of its token's place. */
async function resolved(edits: readonly string[], values = ({ width }: TapTensor) => otherValues(width)) {
  const runs: { text: string; taps: string[] }[] = [];
  const recorded: RecordedValues = {
    means: () => Promise.reject(new Error('no mean was asked for')),
    ofText: (text, taps) => {
      runs.push({ text, taps: taps.map(({ point }) => tapText(point)) });
      return Promise.resolve(taps.map(values));
    },
  };
  const found = await resolveEdits(model, edits.map(parseEdit), () => ({ tables: [], lengths: [3] }), recorded);
  return { found, runs };
}

function otherValues(width: number): Float32Array {
  return Float32Array.from({ length: 3 * width }, (_, cell) => (cell % width) + Math.floor(cell / width) / 1000);
}

test('a text that several edits name is run once, for all their taps', async () => {
  const { runs } = await resolved(['L1.ffn.1=text:"He did"', 'L1.ffn.2=text:"He did"', 'L2.hidden.0=text:"He did"', 'L1.ffn.3=text:"Who"']);
  expect(runs).toEqual([
    { text: 'He did', taps: ['L1.ffn', 'L2.hidden'] },
    { text: 'Who', taps: ['L1.ffn'] },
  ]);
});

test('a neuron takes what it is at the same token, all tokens or those named', async () => {
  const { found } = await resolved(['L1.ffn.5-6=text:"He did"', 'L2.hidden.3=text:"He did"@1']);
  expect(found.map(({ units, operation, places }) => ({ units, operation, places: places?.map(({ position }) => position) }))).toEqual([
    { units: [5, 6], operation: 'set', places: [0, 1, 2] },
    { units: [3], operation: 'set', places: [1] },
  ]);
  expect(found.map(({ values }) => Array.from(values))).toEqual([
    [5, 6, 5.001, 6.001, 5.002, 6.002].map(Math.fround),
    [Math.fround(3.001)],
  ]);
});

test('what is no number in the other text is refused', async () => {
  const values = ({ width }: TapTensor) => otherValues(width).fill(NaN, width + 5, width + 6);
  expect(await findingsOfAsync(() => resolved(['L1.ffn.5=text:"He did"'], values))).toMatchObject([
    { code: 'EDIT_VALUES', found: 'NaN as number 2 of 3' },
  ]);
  // Where the edit does not reach, it is nobody's business.
  expect(await findingsOfAsync(() => resolved(['L1.ffn.5=text:"He did"@0', 'L1.ffn.6=text:"He did"'], values))).toEqual([]);
});
