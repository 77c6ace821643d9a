import { expect, test } from 'vitest';
import type { ModelRef } from '../../../server/src/protocol/sources';
import { obtainActivations, storedActivations } from '../../../server/src/worker/activations';
import { openCorpus } from '../../../server/src/worker/openCorpus';
import { openModel } from '../../../server/src/worker/openModel';
import { media } from '../../helpers/media';
import { quietJob } from '../../helpers/quietJob';
import { tempFolder } from '../../helpers/tempFiles';

const folder = tempFolder();

test('activations of a tap that a person put elsewhere are stored beside those of the tap that was found', async () => {
  const corpus = await openCorpus({ files: [folder.write('c.txt', 'The old men saw the sea and slept.')] });
  const spec = { words: 'last', dtype: 'f32', taps: ['hidden'], layers: [{ from: 1, to: 1 }] } as const;
  const opened = (more: Partial<ModelRef> = {}) => openModel({ folder: media('models/demo-gpt2'), ...more });
  const found = opened();
  const tensor = found.stacks[0].candidates[0]?.tap.tensor ?? '';
  const chosen = opened({ chosenTaps: [{ tap: 'L1.hidden', tensor }] });
  const stored = (model: typeof found) => storedActivations(model, corpus, spec, folder.path);
  const extracted = async (model: typeof found) => (await obtainActivations(model, corpus, spec, { cache: folder.path }, quietJob)).run;

  const first = await extracted(found);
  expect(await stored(chosen)).toBeUndefined();
  const second = await extracted(chosen);
  expect(second.folder.path).not.toBe(first.folder.path);
  const places = [await stored(found), await stored(chosen)].map((each) => each?.run.folder.path);
  expect(places).toEqual([first.folder.path, second.folder.path]);
});
