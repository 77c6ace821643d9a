import { expect, test } from 'vitest';
import { providers, providerText } from '../../../server/src/protocol/providers';
import { askForProvider, broughtProviders, providerInUse, takeRemarks } from '../../../server/src/runtime/provider';
import { openModelRun } from '../../../server/src/runtime/modelRun';
import { lookupModel } from '../../helpers/tinyModels';
import { folderOf } from '../../helpers/tinyRuns';

// No platform has both DirectML and Core ML.
const absent = providers.find((provider) => !broughtProviders().includes(provider)) ?? 'cpu';

test('models run on the processor unless something else is asked for, and nothing is said of it', async () => {
  expect(await providerInUse()).toEqual({ asked: 'cpu', used: 'cpu', reason: null });
  expect(takeRemarks()).toEqual([]);
});

test('what the runtime does not bring here is not used: models run on the processor, and that is said once', async () => {
  askForProvider(absent);
  const run = await openModelRun(folderOf({ 'model.onnx': lookupModel() }), [{ stack: '', tensor: 'looked' }]);
  await run.release();
  const use = await providerInUse();
  expect(use).toMatchObject({ asked: absent, used: 'cpu' });
  expect(use.reason).toMatch(/the runtime brings cpu/);
  expect(takeRemarks()).toEqual([`Models run ${providerText(use)}`]);
  expect(takeRemarks()).toEqual([]);
});
