/** A sentence that somebody looks at runs through the model once, whatever is asked of it and in whatever order. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openModelRun } from '../../../server/src/runtime/modelRun';
import { obtainActivations } from '../../../server/src/worker/activations';
import { CorpusMap } from '../../../server/src/worker/corpusMap';
import { WordsOfStudy } from '../../../server/src/worker/neuronsAtWord';
import { openCorpus } from '../../../server/src/worker/openCorpus';
import { openModel } from '../../../server/src/worker/openModel';
import { OpenStudy, editorSpec } from '../../../server/src/worker/openStudy';
import { SessionCache } from '../../../server/src/worker/sessions';
import { media } from '../../helpers/media';
import { quietJob } from '../../helpers/quietJob';
import { tempFolder } from '../../helpers/tempFiles';

const folder = tempFolder();
const text = ['She walked home in 1998.', 'The two old men saw the sea and slept.', 'Nobody came.'];

/** A bundled model on three sentences, and how often each input went through it. */
async function counted(model: string) {
  const corpus = await openCorpus({ files: [folder.write('c.txt', text.join('\n'))] });
  const cache = join(folder.path, model);
  const runs = new Map<string, number>();
  const open: typeof openModelRun = async (...asked) => {
    const run = await openModelRun(...asked);
    return {
      ...run,
      run: (batch) => {
        const input = batch.ids.join(' ');
        runs.set(input, (runs.get(input) ?? 0) + 1);
        return run.run(batch);
      },
    };
  };
  const study = new OpenStudy(openModel({ folder: media(`models/${model}`) }), { corpus, map: new CorpusMap(corpus) }, cache);
  const words = new WordsOfStudy(study, new SessionCache(2, { run: open }));
  const look = async () => {
    const found = [];
    for (let word = 0; word < corpus.words.count; word++) found.push(await words.at(word, ['L1.ffn.3']));
    return found;
  };
  const extract = () => obtainActivations(study.model, corpus, { ...editorSpec, taps: ['hidden', 'ffn'] }, { cache }, quietJob);
  return { study, words, look, extract, runs };
}

const turn = () => Promise.resolve();

test('values and the next word come from one run of a causal model, before and after an analysis', async () => {
  const { words, look, extract, runs } = await counted('demo-gpt2');
  await words.warm([], turn);
  const before = await look();
  expect(before.every((found) => found?.comparedWith.sample)).toBe(true);
  expect([...runs.values()]).toEqual(text.map(() => 1));
  await extract();
  const after = await look();
  expect(after.every((found) => found?.comparedWith.sample === false)).toBe(true);
  expect([...runs.values()]).toEqual(text.map(() => 1));
  // What is predicted is the same, wherever the values came from.
  expect(after.map((found) => found?.prediction)).toEqual(before.map((found) => found?.prediction));
  expect(after[0]?.prediction?.of).toBe('next');
  const p = after[0]?.prediction?.pieces.map((piece) => piece.p) ?? [];
  expect(p[0]).toBeGreaterThanOrEqual(p[1] ?? 1);
});

test('a masked model runs a sentence once for its values, and once with each word masked', async () => {
  const { words, study, look, runs } = await counted('demo-bert');
  await words.warm([], turn);
  await look();
  const found = await look();
  expect([...runs.values()].every((times) => times === 1)).toBe(true);
  const predicted = found.filter((one) => one?.prediction);
  expect(predicted.length).toBeGreaterThan(0);
  expect(predicted.every((one) => one?.prediction?.of === 'masked')).toBe(true);
  expect(runs.size).toBe(study.corpus.sentences.length + predicted.length);
});
