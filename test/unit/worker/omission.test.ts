/** Words are left out of the text that an encoder reads; a decoder's state belongs to another text. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { omission } from '../../../server/src/worker/omission';
import { findingsOfAsync } from '../../helpers/findings';
import { quietJob } from '../../helpers/quietJob';
import { hasShared, shared } from '../../helpers/shared';

test('a text without words is refused, and one of a single word has no score and says why', async () => {
  const asked = { model: { folder: 'media/models/demo-bert' }, texts: ['cat'], limit: 1, neurons: '', parameters: {}, seed: 1 };
  expect(await omission(asked, quietJob)).toMatchObject({
    texts: [{ words: [{ text: 'cat', score: null }] }],
    notes: [expect.stringContaining('one word only')],
  });
  expect(await findingsOfAsync(async () => omission({ ...asked, texts: ['cat', ' '] }, quietJob))).toMatchObject([
    { code: 'CORPUS_EMPTY', found: 'no token in text 2' },
  ]);
});

test.skipIf(!hasShared)('of a model with two stacks, the sentence is the last layer of the encoder', async () => {
  const asked = {
    model: { folder: shared(join('fixtures', 'models', 't5')) },
    texts: ['The sea sleeps.'],
    limit: 1,
    neurons: '',
    parameters: {},
    seed: 1,
  };
  const { at, texts } = await omission(asked, quietJob);
  expect(at).toMatch(/^enc\.L\d+\.hidden$/);
  expect(texts[0]?.words.every(({ score }) => score !== null && score > 0)).toBe(true);
  expect(await findingsOfAsync(async () => omission({ ...asked, at: 'dec.L1.hidden' }, quietJob))).toMatchObject([
    { code: 'MODEL_TAP', found: expect.stringContaining('dec.L1.hidden') },
  ]);
});
