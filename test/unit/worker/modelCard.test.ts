/** What the card says of a model besides its taps: what can be done with it, and what it takes. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeModelBytes } from '../../../server/src/onnx/codec';
import { openModelFile } from '../../../server/src/onnx/modelFile';
import { modelCard } from '../../../server/src/worker/modelCard';
import { multiplicationsPerToken } from '../../../server/src/worker/modelCost';
import { openModel } from '../../../server/src/worker/openModel';
import { CancelledError } from '../../../server/src/protocol/errors';
import type { Progress } from '../../../server/src/protocol/workerMessages';
import { unpackFamily } from '../../helpers/families';
import { quietJob } from '../../helpers/quietJob';
import { tempFolder } from '../../helpers/tempFiles';

const place = tempFolder();
const gpt2 = { folder: 'media/models/demo-gpt2' };

function contextOf(signal: AbortSignal, onProgress: (progress: Progress) => void = quietJob.onProgress): Parameters<typeof modelCard>[1] {
  return { ...quietJob, signal, onProgress };
}

const never = new AbortController().signal;
const cardOf = (folder: string, check = false) => modelCard({ model: { folder }, check, cache: place.path }, contextOf(never));

test('a causal model writes and guesses no masked words, a masked one the other way round, and both reasons are said', async () => {
  const support = async (folder: string) => Object.fromEntries((await cardOf(folder)).methods.map((each) => [each.id, each]));
  const [causal, masked] = [await support('media/models/demo-gpt2'), await support('media/models/demo-bert')];
  expect([causal['generate']?.supported, causal['fill']?.supported]).toEqual([true, false]);
  expect([masked['generate']?.supported, masked['fill']?.supported]).toEqual([false, true]);
  expect(causal['fill']?.reason).toContain('does not guess words');
  expect(masked['generate']?.reason).toContain('tokens see those after them');
  for (const each of [causal, masked]) expect(each).toMatchObject({ ap: { supported: true }, gradient: { supported: true, reason: null } });
});

test('an operator that the runtime does not have is named before anything is run', async () => {
  const file = join(unpackFamily('bert-mlm', place.path), 'model.onnx');
  const { model } = openModelFile(file);
  const nodes = model.graph.nodes.map((node) => (node.opType === 'Erf' ? { ...node, opType: 'Errf' } : node));
  writeFileSync(file, encodeModelBytes({ ...model, graph: { ...model.graph, nodes } }));
  await expect(cardOf(file)).rejects.toMatchObject({ problems: [{ code: 'MODEL_OP', place: { file }, found: expect.stringContaining('Errf') as string }] }); // prettier-ignore
});

test('the work of a token is the size of the matrices that it is multiplied by', () => {
  // 4 layers of 4 matrices 128 × 128 and 2 of 128 × 512, then the head of 4,000 words.
  expect(multiplicationsPerToken(openModel(gpt2))).toBe(4 * (4 * 128 * 128 + 2 * 128 * 512) + 128 * 4000);
});

test('nothing is measured before the model is run, and speed and memory afterwards', async () => {
  expect((await cardOf(gpt2.folder)).cost.measured).toBeNull();
  const { cost, checks } = await cardOf(gpt2.folder, true);
  expect(cost.measured?.tokens).toBe(128);
  expect(cost.measured?.tokensPerSecond).toBeGreaterThan(0);
  expect(Object.values(checks).map(({ held }) => held)).toEqual([true, true, true, true, true]);
});

test('a self-check says how far it is and stops between two steps', async () => {
  const stop = new AbortController();
  const heard: number[] = [];
  const running = modelCard({ model: gpt2, check: true, cache: place.path }, contextOf(stop.signal, ({ done, total }) => {
    heard.push(done);
    expect(total).toBe(3);
    if (done === 1) stop.abort();
  })); // prettier-ignore
  await expect(running).rejects.toBeInstanceOf(CancelledError);
  expect(heard).toEqual([0, 1]);
});

test('what a text may be long is said by tables of angles, copied for every text or not, by sizes that are fixed, and else by config.json', async () => {
  const longest = async (name: string) => (await cardOf(unpackFamily(name, place.path))).maxTokens;
  expect(await longest('gptj-cache')).toBe(32);
  expect(await longest('electra-mlm-fixed')).toBe(10);
  expect(await longest('mistral')).toBe(32);
});
