/** Numbers of the program against reference values made elsewhere, on models and matrices that need not be there. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { npyBytes, readNpy } from '../../server/src/activations/npy';
import type { NpyArray } from '../../server/src/activations/npy';
import { golgi } from '../helpers/golgi';
import type { RankingDocument, RankingDocuments } from '../helpers/golgi';
import { hasShared, shared } from '../helpers/shared';
import { tempFolder } from '../helpers/tempFiles';

const temp = tempFolder();
const program = golgi(join(temp.path, 'cache'));
const json = <T>(path: string): T => JSON.parse(readFileSync(shared(path), 'utf8')) as T;
const row = ({ values, shape }: NpyArray, r: number) => values.subarray(r * (shape[1] ?? 0), (r + 1) * (shape[1] ?? 0));

describe.skipIf(!hasShared)('scores of a matrix', () => {
  const methods = (path: string): string => `fixtures/methods/${path}`;
  const quiet = ['--null', '0', '--intervals', '0'];
  const train = hasShared ? shared(methods('data/X_train.npy')) : '';
  const rank = (...args: string[]) => program.json<RankingDocument & RankingDocuments>('rank', '--activations', train, ...quiet, ...args);
  const meta = () => json<{ upos: string[]; atoms: string[]; concepts: Record<string, string> }>(methods('data/meta.json'));
  const dead = () => new Set(json<{ near_dead: number[] }>(methods('data/columns.json')).near_dead);

  /** A score by column; NaN where it is undefined. */
  function byColumn({ neurons }: RankingDocument, width: number, pick = 'score'): Float64Array {
    const values = new Float64Array(width).fill(Number.NaN);
    for (const neuron of neurons) values[Number(neuron.id)] = neuron[pick] as number;
    return values;
  }

  /** Largest difference over columns that are not nearly dead; infinite where only one side is defined. */
  function difference(found: Float64Array, expected: ArrayLike<number>, relative = false): number {
    const skipped = dead();
    return found.reduce((most, value, c) => {
      const want = expected[c] ?? Number.NaN;
      if (skipped.has(c) || (Number.isNaN(value) && Number.isNaN(want))) return most;
      const apart = Math.abs(value - want) / (relative ? Math.max(Math.abs(want), 1e-9) : 1);
      return Math.max(most, Number.isNaN(apart) ? Infinity : apart);
    }, 0);
  }

  test.concurrent.each(['noun', 'number', 'time', 'plural'])('%s: every score of one neuron', async (concept) => {
    const { atoms, concepts } = meta();
    const masks = readNpy(shared(methods('data/atoms.npy')));
    const atom = atoms.indexOf(concepts[concept] ?? '');
    const labels = Int32Array.from({ length: 1_500 }, (_, r) => masks.values[r * atoms.length + atom] ?? 0);
    const file = temp.write(`${concept}.npy`, npyBytes({ dtype: 'i4', shape: [1_500], data: labels }));
    const { results } = await rank('--labels', file, '--method', 'ap,auroc,d-prime,anova-f,point-biserial,mean,mean-select');
    const [ap, auroc, dPrime, f, r, mean, select] = results as [RankingDocument, RankingDocument, RankingDocument, RankingDocument, RankingDocument, RankingDocument, RankingDocument]; // prettier-ignore
    const reference = readNpy(shared(methods(`corpus/scores_${concept}.npy`)));
    const [high, low] = [row(reference, 5), row(reference, 6)];
    expect(difference(byColumn(ap, 768, 'ap_high'), high)).toBeLessThan(1e-6);
    expect(difference(byColumn(ap, 768, 'ap_low'), low)).toBeLessThan(1e-6);
    expect(
      difference(
        byColumn(ap, 768),
        Float64Array.from(high, (value, c) => Math.max(value, low[c] ?? 0)),
      ),
    ).toBeLessThan(1e-6);
    expect(difference(byColumn(auroc, 768), row(reference, 7))).toBeLessThan(1e-6);
    expect(difference(byColumn(dPrime, 768), row(reference, 8))).toBeLessThan(1e-6);
    expect(difference(byColumn(f, 768), row(reference, 9), true)).toBeLessThan(1e-6);
    expect(difference(byColumn(r, 768), row(reference, 10))).toBeLessThan(1e-6);
    expect(difference(byColumn(mean, 768), row(reference, 0))).toBeLessThan(1e-5);
    expect(difference(byColumn(select, 768), row(reference, 2))).toBeLessThan(1e-6);
  });

  test('Probeless: overall, of values with enough rows, standardised, of one value', async () => {
    const names = temp.write('upos.txt', `${meta().upos.join('\n')}\n`);
    const upos = ['--labels', shared(methods('data/upos_train.npy')), '--label-names', names, '--method', 'probeless'];
    const close = async (args: string[], expected: ArrayLike<number>): Promise<void> => {
      expect(difference(byColumn(await rank(...upos, ...args), 768), expected, true)).toBeLessThan(1e-5);
    };
    const reference = (name: string) => readNpy(shared(methods(`corpus/${name}.npy`)));
    await close([], reference('probeless_overall').values);
    await close(['--set', 'min-rows=20'], reference('probeless_overall_min20').values);
    await close(['--set', 'min-rows=20', '--set', 'standardise=true'], reference('probeless_standardised_min20').values);
    for (const value of ['NOUN', 'INTJ', 'VERB'])
      await close(['--concept', value], row(reference('probeless_per_class'), meta().upos.indexOf(value)));
  });

  test('degenerate columns have their value to the last digit, constants are undefined', async () => {
    const expected = json<{ columns: string[]; expected: { y: Record<string, (number | null)[]> } }>(methods('synthetic/degenerate.json'));
    const { y } = expected.expected;
    const all = readNpy(shared(methods('synthetic/degenerate_labels.npy')));
    // Label vectors lie below each other; the first is `y`.
    const first = row(all, 0) as Int32Array;
    const labels = temp.write('degenerate.npy', npyBytes({ dtype: 'i4', shape: [first.length], data: first }));
    const args = ['--activations', shared(methods('synthetic/degenerate_X.npy')), '--labels', labels, ...quiet];
    const { results } = await program.json<RankingDocuments>('rank', ...args, '--method', 'ap,auroc,point-biserial,mean-select,d-prime');
    const [ap, auroc, r, select, dPrime] = results as [RankingDocument, RankingDocument, RankingDocument, RankingDocument, RankingDocument]; // prettier-ignore
    for (const ranking of results) expect(ranking.undefined.map(({ id }) => id)).toEqual(expect.arrayContaining(['0', '1']));
    const width = expected.columns.length;
    const compare = (found: Float64Array, want: (number | null)[] | undefined, relative = false): void => {
      for (let c = 2; c < width; c++) {
        const value = want?.[c];
        if (value === null || value === undefined) expect(found[c]).toBeNaN();
        else expect(Math.abs((found[c] ?? Number.NaN) - value) / (relative ? Math.max(1, Math.abs(value)) : 1)).toBeLessThan(1e-6);
      }
    };
    compare(byColumn(ap, width, 'ap_high'), y['ap']);
    compare(byColumn(auroc, width), y['auc']);
    compare(byColumn(r, width), y['pearson']);
    compare(byColumn(select, width), y['mean_select']);
    compare(byColumn(dPrime, width), y['d_prime'], true);
  });

  test('planted neurons come first', async () => {
    const planted = json<{ concepts: Record<string, { positives: number; top_ap_both: number[]; top_d_prime: number[]; top_mean_select: number[] }> }>(methods('synthetic/planted.json')); // prettier-ignore
    const all = readNpy(shared(methods('synthetic/planted_labels.npy')));
    const x = shared(methods('synthetic/planted_X.npy'));
    for (const [i, name] of ['A', 'B'].entries()) {
      const labels = row(all, i) as Int32Array;
      const file = temp.write(`planted-${name}.npy`, npyBytes({ dtype: 'i4', shape: [labels.length], data: labels }));
      const { results } = await program.json<RankingDocuments>('rank', '--activations', x, '--labels', file, ...quiet, '--method', 'ap,d-prime,mean-select'); // prettier-ignore
      const expected = planted.concepts[name];
      expect(results[0]?.support.positive).toBe(expected?.positives);
      const top = (ranking: RankingDocument | undefined, n: number) => ranking?.neurons.slice(0, n).map(({ id }) => Number(id));
      expect(top(results[0], 12)).toEqual(expected?.top_ap_both.slice(0, 12));
      expect(top(results[1], 12)).toEqual(expected?.top_d_prime.slice(0, 12));
      expect(top(results[2], 12)).toEqual(expected?.top_mean_select.slice(0, 12));
    }
  });
});

describe.skipIf(!hasShared)('models run by PyTorch', () => {
  interface Manifest {
    readonly reference_of?: string | null;
    readonly tolerance: { readonly activations: number };
    readonly stacks: Record<string, { readonly layers: number; readonly last_hidden_state_is_normed: boolean }>;
  }
  interface Inputs {
    readonly texts: string[];
    readonly input_ids: number[][];
    readonly attention_mask: number[][];
    readonly offsets: [number, number][][];
    readonly decoder_input_ids?: number[][];
    readonly decoder_attention_mask?: number[][];
  }
  const folder = (name: string): string => shared(`fixtures/models/${name}`);
  const models = hasShared ? readdirSync(folder('')).filter((name) => existsSync(join(folder(name), 'manifest.json'))) : [];

  test.concurrent.each(models)('%s: tokens, taps and outputs', async (name) => {
    const manifest = json<Manifest>(`fixtures/models/${name}/manifest.json`);
    const reference = `fixtures/models/${manifest.reference_of ?? name}/reference`;
    const inputs = json<Inputs>(`${reference}/inputs.json`);
    const texts = temp.write(`${name}.json`, JSON.stringify(inputs.texts));
    const real = <T>(values: readonly T[], mask: readonly number[] | undefined): T[] => values.filter((_, i) => mask?.[i] === 1);

    const tables = await program.json<{ tokens: { id: number; start: number; end: number }[] }[]>('tokens', '--model', folder(name), '--texts', texts); // prettier-ignore
    expect(tables.map(({ tokens }) => tokens.map(({ id, start, end }) => [id, start, end]))).toEqual(
      inputs.input_ids.map((ids, i) => {
        const spans = real(inputs.offsets[i] ?? [], inputs.attention_mask[i]);
        return real(ids, inputs.attention_mask[i]).map((id, t) => [id, ...(spans[t] ?? [])]);
      }),
    );

    // What is fetched, and where its reference lies: a file and a layer of it.
    const wanted: { readonly fetch: string; readonly file: string; readonly index: number | null; readonly mask: number[][] }[] = [];
    for (const [stack, { layers, last_hidden_state_is_normed: normed }] of Object.entries(manifest.stacks)) {
      const prefix = { encoder: 'enc.', decoder: 'dec.' }[stack] ?? '';
      const at = prefix ? `${reference}/${stack}` : reference;
      const mask = (stack === 'decoder' ? inputs.decoder_attention_mask : undefined) ?? inputs.attention_mask;
      for (let l = 0; l <= layers; l++) {
        const last = l === layers && existsSync(shared(`${at}/residual_last.npy`));
        wanted.push({ fetch: `${prefix}L${l}.hidden`, file: `${at}/${last ? 'residual_last' : 'hidden_states'}.npy`, index: last ? null : l, mask }); // prettier-ignore
        if (l === 0) continue;
        wanted.push({ fetch: `${prefix}L${l}.ffn`, file: `${at}/ffn.npy`, index: l - 1, mask });
        wanted.push({ fetch: `${prefix}L${l}.attn`, file: `${at}/attn.npy`, index: l - 1, mask });
        if (stack === 'decoder') wanted.push({ fetch: `${prefix}L${l}.xattn`, file: `${at}/cross_attn.npy`, index: l - 1, mask });
      }
      if (normed) wanted.push({ fetch: `${prefix}L${layers}.final`, file: `${at}/hidden_states.npy`, index: layers, mask });
    }
    const outputMask = inputs.decoder_attention_mask ?? inputs.attention_mask;
    const output = existsSync(shared(`${reference}/logits.npy`)) ? 'logits' : 'last_hidden_state';
    wanted.push({ fetch: output, file: `${reference}/${output}.npy`, index: null, mask: outputMask });

    const out = join(temp.path, `${name}-run`);
    const decoder = inputs.decoder_input_ids?.map((ids, i) => real(ids, inputs.decoder_attention_mask?.[i]));
    await program.json(
      ...['run-model', '--model', folder(name), '--texts', texts, '--fetch', wanted.map(({ fetch }) => fetch).join(','), '--out', out],
      ...(decoder ? ['--decoder-ids', temp.write(`${name}-decoder.json`, JSON.stringify(decoder))] : []),
    );
    const tooFar: string[] = [];
    for (const { fetch, file, index, mask } of wanted) {
      const found = readNpy(join(out, `${fetch}.npy`));
      const whole = readNpy(shared(file));
      const size = found.values.length;
      const expected = whole.values.subarray((index ?? 0) * size, ((index ?? 0) + 1) * size);
      expect(found.shape).toEqual(whole.shape.slice(index === null ? 0 : 1));
      const width = found.shape.at(-1) ?? 1;
      const tokens = found.shape.length === 3 ? mask.flat() : [];
      let [apart, largest] = [0, 0];
      found.values.forEach((value, i) => {
        const padding = tokens.length > 0 && tokens[Math.floor(i / width)] === 0;
        if (padding) {
          if (!Number.isNaN(value)) apart = Infinity;
          return;
        }
        const want = expected[i] ?? Number.NaN;
        largest = Math.max(largest, Math.abs(want));
        const difference = Math.abs(value - want);
        apart = Math.max(apart, Number.isNaN(difference) ? Infinity : difference);
      });
      if (!(apart / largest < manifest.tolerance.activations)) tooFar.push(`${fetch}: ${apart / largest}`);
    }
    expect(tooFar).toEqual([]);
  });
});
