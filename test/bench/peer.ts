/**
 * Extraction against NeuroX's into HDF5: the same weights, the same sentences, all hidden states as float32, one thread of
 * computation on either side. Needs Python with torch, transformers, h5py, NeuroX and the weights; see `peer/README.md`.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { extractActivations } from '../../server/src/activations/extract';
import { ActivationStore } from '../../server/src/activations/store';
import { openForwardPass } from '../../server/src/runtime/forwardPass';
import { openCorpus } from '../../server/src/worker/openCorpus';
import { openModel, tokenizerFor } from '../../server/src/worker/openModel';
import { selectTaps } from '../../server/src/worker/selectTaps';
import { median } from './cost';
import { report } from './row';
import type { Row } from './row';
import { firstSentences, minilm, scratch } from './subjects';
import { wordText } from '../../server/src/corpus/corpus';

const turns = 3;
const what = 'extraction of all hidden states, words per second to those of NeuroX into HDF5';
const python = process.env['GOLGI_PEER_PYTHON'];
const weights = process.env['GOLGI_PEER_WEIGHTS'];

async function* measure(): AsyncGenerator<Row> {
  if (!minilm || !python || !weights) {
    const missing = minilm
      ? 'GOLGI_PEER_PYTHON and GOLGI_PEER_WEIGHTS are not set; test/bench/peer/README.md says how'
      : 'minilm is not beside the checkout';
    yield { what, value: null, unit: '×', note: missing };
    return;
  }
  const folder = scratch();
  // Either side reads words as they stand between blanks, so that both run the same tokens.
  const source = await firstSentences(minilm.sentences, folder);
  const lines = source.sentences.map(({ from, to }) => Array.from({ length: to - from }, (_, i) => wordText(source, from + i)));
  const texts = join(folder, 'sentences.txt');
  writeFileSync(texts, `${lines.map((words) => words.join(' ')).join('\n')}\n`);
  const table = join(folder, 'sentences.tsv');
  writeFileSync(table, `form\n${lines.map((words) => words.join('\n')).join('\n\n')}\n`);

  const model = openModel({ folder: minilm.folder });
  const corpus = await openCorpus({ files: [table], format: 'tsv' });
  const taps = selectTaps(model, { taps: ['hidden'], words: 'last', dtype: 'f32' });
  const pass = await openForwardPass(model.folder, taps);
  const ours = async (): Promise<number> => {
    const began = performance.now();
    const cache = mkdtempSync(join(folder, 'cache-'));
    await extractActivations({
      corpus,
      tokenizer: tokenizerFor(model),
      taps: taps.map(({ point }) => point),
      forward: async () => pass,
      identity: { model: 'minilm', modelName: 'minilm', batchSensitive: false },
      maxTokens: model.maxTokens,
      embeddingRows: model.embeddingRows,
      aggregation: 'last',
      dtype: 'f32',
      store: new ActivationStore(cache),
      recorder: new URL('./recorder.js', import.meta.url),
    });
    rmSync(cache, { recursive: true });
    return (performance.now() - began) / 1e3;
  };
  const theirs = async (): Promise<number> => {
    const script = join('test', 'bench', 'peer', 'extract.py');
    const { stdout } = await promisify(execFile)(python, [script, weights, texts, join(folder, 'out.hdf5')], { maxBuffer: 1 << 28 });
    return Number(stdout.trim().split('\n').at(-1));
  };

  await ours();
  const times: { readonly ours: number; readonly theirs: number }[] = [];
  for (let i = 0; i < turns; i++) times.push({ ours: await ours(), theirs: await theirs() });
  await pass.release();
  const speed = (seconds: readonly number[]): number => Math.round(corpus.words.count / median(seconds));
  yield {
    what,
    value: median(times.map((time) => time.theirs / time.ours)),
    unit: '×',
    atLeast: 3,
    note: `${speed(times.map((time) => time.ours))} to ${speed(times.map((time) => time.theirs))} words/s, opening the model not counted, MiniLM, ${corpus.words.count} words`,
  };
}

void report(measure());
