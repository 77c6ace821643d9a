import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseEdit } from '../../../server/src/protocol/edits';
import type { GenerateParams } from '../../../server/src/protocol/writing';
import { generate } from '../../../server/src/worker/generate';
import type { JobContext } from '../../../server/src/worker/serve';
import { families, unpackFamily } from '../../helpers/families';
import { media } from '../../helpers/media';
import { quietJob } from '../../helpers/quietJob';
import { tempFolder } from '../../helpers/tempFiles';

const place = tempFolder();
const greedy = { edits: [], max: 8, temperature: 0, seed: 1, useCache: true };

const write = (params: Partial<GenerateParams> & Pick<GenerateParams, 'model' | 'prompt'>, context = quietJob) =>
  generate({ ...greedy, ...params }, context);

/** Exports that remember: by cache inputs, by a second file, by a merged one. */
const remembering = families.filter((name) => name.endsWith('-cache'));
const cases = remembering.flatMap((name) => {
  if (!name.startsWith('t5') && !name.startsWith('bart')) return [{ name, how: 'its own cache inputs', file: '' }];
  return [
    { name, how: 'a second decoder', file: '' },
    { name, how: 'the other branch of a merged decoder', file: 'decoder_model_merged.onnx' },
  ];
});

describe('a model that remembers what it has read writes what it writes when it reads all again', () => {
  test.each(cases)('$name, by $how', async ({ name, file }) => {
    const folder = unpackFamily(name, join(place.path, file));
    if (file) rmSync(join(folder, 'decoder_with_past_model.onnx'));
    const model = { folder: join(folder, file) };
    const dec = name.startsWith('t5') || name.startsWith('bart') ? 'dec.' : '';
    const edits = [
      [],
      [`${dec}L1.ffn.*=0`],
      [`${dec}L1.ffn.0-3+=2@0,2-4`, `${dec}L2.hidden.1*=-1`],
      [`${dec}L2.attn.*=mean@last`, ...(dec ? ['enc.L1.ffn.*=0', 'dec.L1.xattn.0-5<=0.1@1'] : [])],
    ];
    const texts = new Set<string>();
    for (const each of edits) {
      const asked = { model, prompt: [3, 4, 5, 6], edits: each.map(parseEdit), temperature: 1 };
      const [quick, slow] = [await write(asked), await write({ ...asked, useCache: false })];
      expect([quick.cached, slow.cached]).toEqual([true, false]);
      expect(quick.tokens.map(({ id }) => id)).toEqual(slow.tokens.map(({ id }) => id));
      // Sums over the same numbers in blocks of other sizes: the last bits of float32 differ.
      quick.tokens.forEach(({ probability }, i) => expect(probability / (slow.tokens[i]?.probability ?? NaN)).toBeCloseTo(1, 4));
      texts.add(JSON.stringify(quick.tokens.map(({ probability }) => probability.toFixed(5))));
    }
    // Every set of edits makes another text, or the comparison would compare nothing.
    expect(texts.size).toBe(edits.length);
  });
});

describe('writing', () => {
  const model = { folder: media('models/demo-gpt2') };

  test('greedily says what the model knows, and appears piece by piece', async () => {
    let told = '';
    const result = await write({ model, prompt: 'The capital of France is', max: 3 }, { ...quietJob, onText: (text) => (told += text) });
    expect(result.text).toBe(' Paris.');
    expect(told).toBe('The capital of France is Paris.');
    expect(result).toMatchObject({ stopped: 'max', cached: true });
  });

  test('that is cancelled ends after the token it was at, with what it has written', async () => {
    const cancel = new AbortController();
    const onProgress: JobContext['onProgress'] = ({ done }) => {
      if (done === 2) cancel.abort();
    };
    const result = await write({ model, prompt: 'The capital of France is', max: 8 }, { ...quietJob, signal: cancel.signal, onProgress });
    expect([result.stopped, result.text]).toEqual(['cancelled', ' Paris']);
    expect(result.tokens).toHaveLength(2);
  });

  test('with the same seed gives the same text, with another one another', async () => {
    const sampled = { model, prompt: 'Once', temperature: 1, topP: 0.95, max: 12 };
    const texts = await Promise.all([1, 1, 2].map(async (seed) => (await write({ ...sampled, seed })).text));
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).not.toBe(texts[2]);
  });

  test('among the single most likely token is greedy', async () => {
    const one = await write({ model, prompt: 'Once', temperature: 1.7, topK: 1 });
    expect(one.text).toBe((await write({ model, prompt: 'Once' })).text);
  });
});
