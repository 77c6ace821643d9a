/** Derivatives as a person asks for them: files, errors, and what the report says. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readNpy } from '../../server/src/activations/npy';
import type { GradientReport } from '../../server/src/protocol/gradient';
import { errorsOf, golgi } from '../helpers/golgi';
import { media } from '../helpers/media';
import { hasShared, shared } from '../helpers/shared';
import { tempFolder } from '../helpers/tempFiles';

const temp = tempFolder();
const program = golgi(join(temp.path, 'cache'));
const bert = media('models/demo-bert');
const model = ['--model', bert, '--text', 'She does not [MASK].'];
const text = [...model, '--at', '4'];

test('the same derivatives come back through the graph and from differences', async () => {
  const [reverse, differences] = ['reverse', 'differences'].map((how) => join(temp.path, `${how}.npy`)) as [string, string];
  const asked = [...text, '--target', 'know', '--of', 'logprob', '--layers', '3-4'];
  await program.json('gradient', ...asked, '--out', reverse);
  const report = await program.json<GradientReport>('gradient', ...asked, '--by', 'differences', '--out', differences);
  expect(report).toMatchObject({ route: 'differences', step: 0.01, of: 'logprob', target: { name: 'know' } });
  expect(readNpy(reverse).shape).toEqual([2, 512]);
  const [one, other] = [reverse, differences].map((file) => Float64Array.from(readNpy(file).values)) as [Float64Array, Float64Array];
  const largest = one.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const apart = one.reduce((most, value, i) => Math.max(most, Math.abs(value - (other[i] ?? NaN))), 0);
  // Differences of float32 runs are good to about one part in a hundred.
  expect(apart / largest).toBeLessThan(0.02);
});

test('several taps get a file each, and one report lies beside them', async () => {
  const out = join(temp.path, 'several.npy');
  const report = await program.json<GradientReport>('gradient', ...text, '--target', '#7', '--taps', 'hidden,attn', '--out', out);
  expect(JSON.parse(readFileSync(join(temp.path, 'several.json'), 'utf8'))).toEqual(report);
  expect(report.taps.map(({ tap, layers, file }) => [tap, layers.length, readNpy(file ?? '').shape])).toEqual([
    ['hidden', 5, [5, 128]],
    ['attn', 4, [4, 128]],
  ]);
  expect(existsSync(out)).toBe(false);
});

test('attributions of the midpoint rule add up to what the layer changes', async () => {
  const report = await program.json<GradientReport>('gradient', ...text, '--target', 'know', '--of', 'prob', '--ig', '50', '--rule', 'midpoint'); // prettier-ignore
  for (const { completeness } of report.taps) for (const { gap } of completeness ?? []) expect(Math.abs(gap)).toBeLessThan(1e-3);
  expect(report.taps[0]?.completeness).toHaveLength(4);
});

describe('what cannot be answered is refused', () => {
  test('a token that the text does not have', async () => {
    const ended = await program.run('gradient', ...model, '--at', '7', '--target', 'know', '--json');
    expect(ended.code).toBe(3);
    expect(errorsOf(ended)[0]).toMatchObject({ code: 'TOKEN_POSITION', found: 'a text of 7 tokens', expected: '0 to 6' });
  });

  test.concurrent.each([
    ['a target of several tokens', ['--target', 'unbelievably rare'], 'TARGET_TOKEN', 3],
    ['a target beyond the vocabulary', ['--target', '#400000'], 'TARGET_TOKEN', 3],
    ['scores of a token that the text does not have', ['--target', 'know', '--output-at', '99'], 'TOKEN_POSITION', 3],
    ['a tap that the model lacks', ['--target', 'know', '--taps', 'xattn'], 'MODEL_TAP', 3],
    ['an output that the model lacks', ['--target', '#1', '--output', 'frob'], 'MODEL_TAP', 3],
    ['a rule without steps', ['--target', 'know', '--rule', 'left'], 'USAGE', 2],
    ['a file of another kind', ['--target', 'know', '--out', 'x.csv'], 'USAGE', 2],
    ['no target', [], 'USAGE', 2],
  ] as const)('%s', async (_what, args, code, exit) => {
    const ended = await program.run('gradient', ...text, ...args, '--json');
    expect(ended).toMatchObject({ code: exit, stdout: '' });
    expect(errorsOf(ended)[0]?.code).toBe(code);
  });
});

interface Case {
  readonly input_ids: number[];
  readonly decoder_input_ids?: number[];
  readonly tap_position: number;
  readonly output_position: number | null;
  readonly target: number;
  readonly probability: number | null;
}

const families = ['bert', 'bert-base-no-head', 'bert-seqcls', 'bert-fp16', 'bert-ort-fused', 'distilbert', 'gpt2', 'llama', 'opt', 'roberta', 't5']; // prettier-ignore

describe.skipIf(!hasShared)('integrated gradients of 50 midpoint steps are complete', () => {
  test.each(families)('%s', async (name) => {
    const folder = shared(`fixtures/models/${name}`);
    const { base } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { base?: string };
    const cases = JSON.parse(readFileSync(shared(`fixtures/models/${base ?? name}/reference/gradients.json`), 'utf8')) as Case[];
    const [given] = cases;
    if (!given) throw new Error('no case');
    const ids = (values: readonly number[], side: string) => temp.write(`${name}-${side}.json`, JSON.stringify([values]));
    const report = await program.json<GradientReport>(
      ...['gradient', '--model', folder, '--ids', ids(given.input_ids, 'own'), '--target', `#${given.target}`],
      ...(given.decoder_input_ids ? ['--decoder-ids', ids(given.decoder_input_ids, 'decoder')] : []),
      ...['--at', String(given.tap_position), '--output-at', String(given.output_position ?? 0)],
      ...['--of', given.probability === null ? 'logit' : 'prob', '--ig', '50', '--rule', 'midpoint'],
    );
    if (given.probability !== null && name !== 'bert-fp16') expect(report.scalar.prob).toBeCloseTo(given.probability, 4);
    const gaps = report.taps.flatMap(({ completeness }) => completeness ?? []);
    expect(gaps).toHaveLength(3);
    // Half precision moves the scalar itself by more than the sum's error.
    for (const { gap } of gaps) expect(Math.abs(gap)).toBeLessThan(name === 'bert-fp16' ? 5e-3 : 1e-3);
  });
});
