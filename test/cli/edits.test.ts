/** Edits as a person writes them, held against what PyTorch gives under the same edits. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { errorsOf, golgi } from '../helpers/golgi';
import { media } from '../helpers/media';
import { readNpy } from '../helpers/npy';
import { batchOfReference, difference, pointOf, readJson } from '../helpers/referenceRuns';
import type { ReferenceCases, ReferenceEdit } from '../helpers/referenceRuns';
import { hasShared, shared } from '../helpers/shared';
import { tempFolder } from '../helpers/tempFiles';
import { tapText } from '../../server/src/protocol/neurons';
import { npyBytes } from '../../server/src/activations/npy';

const place = tempFolder();
const { run, json } = golgi(join(place.path, 'cache'));
const bert = media('models/demo-bert');

/** An edit on the command line; undefined where its positions differ from text to text. */
function written(edit: ReferenceEdit, name: string): string | undefined {
  const ids = `${tapText(pointOf(edit))}.`;
  const neurons = edit.neurons === null ? `${ids}*` : edit.neurons.map((unit) => `${ids}${unit}`).join(',');
  const [first = [], ...others] = edit.positions ?? [];
  if (others.some((each) => each.join() !== first.join())) return undefined;
  const at = edit.positions ? `@${first.join(',')}` : '';
  const operator = edit.op === 'scale' ? '*=' : edit.op === 'add' ? '+=' : '=';
  const { value } = edit;
  if (value === null || typeof value === 'number') return `${neurons}${operator}${value ?? 0}${at}`;
  return `${neurons}${operator}file:${vector(name, value)}${at}`;
}

/** The path of a new file of float32 values. */
function vector(name: string, values: readonly number[]): string {
  const file = join(place.path, `${name}.npy`);
  writeFileSync(file, npyBytes({ dtype: 'f4', shape: [values.length], data: Float32Array.from(values) }));
  return file;
}

describe.skipIf(!hasShared)('run-model --edit', () => {
  test.each(['gpt2', 't5'])('gives what PyTorch gives: %s', async (name) => {
    const folder = shared(`fixtures/models/${name}`);
    const { inputs, output, cases } = readJson<ReferenceCases>(join(folder, 'reference/interventions.json'));
    const real = (ids: number[][], mask: number[][]) => ids.map((row, i) => row.filter((_, column) => mask[i]?.[column]));
    const rows = join(place.path, `${name}-ids.json`);
    writeFileSync(rows, JSON.stringify(real(inputs.input_ids, inputs.attention_mask)));
    const decoder = join(place.path, `${name}-decoder.json`);
    if (inputs.decoder_input_ids)
      writeFileSync(decoder, JSON.stringify(real(inputs.decoder_input_ids, inputs.decoder_attention_mask ?? [])));
    const expected = readNpy(join(folder, `reference/interventions_${output}.npy`));
    const size = expected.data.length / cases.length;
    const batch = batchOfReference(inputs);
    const mask = expected.shape.length === 4 ? (batch.decoder?.mask ?? batch.mask) : new Uint8Array(batch.size).fill(1);
    let compared = 0;
    for (const [i, { title, edits }] of cases.entries()) {
      const flags = edits.map((edit, j) => written(edit, `${name}-${i}-${j}`));
      if (flags.includes(undefined)) continue;
      const out = join(place.path, `${name}-${i}`);
      const side = inputs.decoder_input_ids ? ['--decoder-ids', decoder] : [];
      const { code, stderr } = await run('run-model', '--model', folder, '--ids', rows, ...side, ...flags.flatMap((flag) => ['--edit', flag ?? '']), '--out', out); // prettier-ignore
      expect([code, stderr]).toEqual([0, '']);
      const found = readNpy(join(out, 'logits.npy'));
      // Padding is NaN in what is written.
      expect(difference(found.data, expected.data.subarray(i * size, (i + 1) * size), mask), title).toBeLessThan(1e-4);
      compared++;
    }
    expect(compared).toBeGreaterThan(8);
  });
});

describe('an edit that cannot be made', () => {
  const refused = (edit: string) =>
    run('run-model', '--model', bert, '--text', 'She knows.', '--edit', edit, '--out', join(place.path, 'no'), '--json');

  test.each([
    ['L3.ffn.9999=0', 3, 'NEURON_UNKNOWN'],
    ['L3.attn.h9.1=0', 3, 'NEURON_UNKNOWN'],
    ['L3.ffn.1=0@40', 3, 'EDIT_POSITION'],
    ['L3.ffn.1=0@word:"zebra"', 3, 'EDIT_POSITION'],
    ['L3.ffn.1', 2, 'EDIT_SYNTAX'],
  ])('%s', async (edit, code, error) => {
    const ended = await refused(edit);
    expect(ended.code).toBe(code);
    expect(errorsOf(ended)).toMatchObject([{ code: error }]);
  });

  test.each([
    ['with a number that is none', [1, NaN]],
    ['with fewer numbers than neurons', []],
    ['with more numbers than neurons', [1, 2, 3]],
  ])('a file %s', async (what, values) => {
    const path = vector(what, values);
    const ended = await refused(`L3.ffn.0-1=file:${path}`);
    expect(ended.code).toBe(3);
    expect(errorsOf(ended)).toMatchObject([{ code: 'EDIT_VALUES', place: { file: path } }]);
  });
});

test('golgi fill guesses what the model knows', async () => {
  const { texts } = await json<{ texts: { masks: { candidates: { piece: string }[] }[] }[] }>(
    'fill',
    '--model',
    bert,
    '--text',
    'The capital of France is [MASK].',
  );
  expect(texts[0]?.masks[0]?.candidates[0]?.piece).toBe('Paris');
});

test('golgi generate writes it', async () => {
  const { stdout } = await run('generate', '--model', media('models/demo-gpt2'), '--prompt', 'The capital of France is', '--max', '3');
  expect(stdout).toBe('The capital of France is Paris.\n');
});

describe('values of other texts', () => {
  const gpt2Flags = ['--model', media('models/demo-gpt2')];
  const fetched = async (name: string, ...flags: string[]) => {
    const out = join(place.path, name);
    expect(await run('run-model', ...gpt2Flags, ...flags, '--fetch', 'L2.ffn', '--out', out)).toMatchObject({ code: 0, stderr: '' });
    return readNpy(join(out, 'L2.ffn.npy'));
  };
  /** Values of neuron 3, token by token; NaN where a text is shorter. */
  const neuron = ({ data, shape }: ReturnType<typeof readNpy>) => Array.from(data).filter((_, i) => i % (shape[2] ?? 1) === 3);

  test('the mean is that over all tokens of a corpus', async () => {
    const sentences = ['The cat sat .', 'A dog ran home .'];
    const corpus = join(place.path, 'means.txt');
    writeFileSync(corpus, `${sentences.join('\n')}\n`);
    const texts = join(place.path, 'means.json');
    writeFileSync(texts, JSON.stringify(sentences));
    const values = neuron(await fetched('means-all', '--texts', texts)).filter((value) => !Number.isNaN(value));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const edited = neuron(await fetched('means-edited', '--text', 'Birds sing', '--edit', 'L2.ffn.3=mean', '--corpus', corpus));
    // One float32 against a mean of float32 values in float64.
    for (const value of edited) expect(value).toBeCloseTo(mean, 5);
  });

  test('a neuron takes what it is in another text, at the token named', async () => {
    const other = neuron(await fetched('patch-other', '--text', 'A dog ran home'));
    const plain = neuron(await fetched('patch-plain', '--text', 'The cat sat'));
    const edited = neuron(await fetched('patch-edited', '--text', 'The cat sat', '--edit', 'L2.ffn.3=text:"A dog ran home"@2'));
    expect(edited).toEqual([plain[0], plain[1], other[2]]);
    expect(other[2]).not.toBe(plain[2]);
  });
});

test('golgi generate ends where the model takes no longer text, and says so', async () => {
  const ended = await run('generate', '--model', media('models/demo-gpt2'), '--prompt', 'The', '--max', '3000');
  expect(ended.code).toBe(0);
  expect(ended.stderr).toContain('longest text of the model');
});
