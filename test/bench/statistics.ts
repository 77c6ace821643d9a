/** What scores cost: those of class means against reading the store once, average precision by the neuron. */
import type { Matrix } from '../../server/src/activations/matrix';
import { parseConcept } from '../../server/src/corpus/concepts/concept';
import { rankMethod, rankNeurons } from '../../server/src/methods';
import type { LabelSet, NeuronPart } from '../../server/src/methods';
import { conceptRows, rowFacts } from '../../server/src/study/labels';
import { obtainActivations } from '../../server/src/worker/activations';
import { openCorpus, withTags } from '../../server/src/worker/openCorpus';
import { openModel } from '../../server/src/worker/openModel';
import { costOf, inTurns, median, timesAsLong } from './cost';
import { quietJob } from '../helpers/quietJob';
import { report } from './row';
import type { Row } from './row';
import { gpt2, sample, scratch } from './subjects';

const repeats = 5;
const concepts = [
  ...['NOUN', 'VERB', 'ADJ', 'ADV', 'PRON', 'DET', 'ADP', 'AUX', 'PROPN', 'NUM', 'PUNCT', 'CCONJ', 'SCONJ', 'PART'].map(
    (tag) => `wink.upos=${tag}`,
  ),
  ...['capitalised', 'first', 'last', 'digit', 'quote', 'negation'].map((rule) => `rule:${rule}`),
];
/** All scores that are formulas of class means and scatters. */
const ofMeans = ['probeless', 'mean', 'mean-select', 'd-prime', 'anova-f', 'point-biserial'];
const neurons = 256;
const rows = 20_000;

async function* measure(): AsyncGenerator<Row> {
  const model = openModel({ folder: gpt2.folder });
  const corpus = await withTags(await openCorpus({ files: [sample] }));
  const spec = { taps: ['hidden', 'ffn'], words: 'last', dtype: 'f16' } as const;
  const { run } = await obtainActivations(model, corpus, spec, { cache: scratch() }, quietJob);
  const parts = run.taps.map(({ point }) => ({ point, matrix: run.matrix(point) }));
  const facts = rowFacts(corpus, run.table, true);
  const labelSets = concepts.map((name) => conceptRows(parseConcept(name), corpus, facts, false).set);
  yield await classMeans(parts, labelSets);
  yield await averagePrecision(parts, labelSets);
}

async function classMeans(parts: readonly NeuronPart[], labelSets: readonly LabelSet[]): Promise<Row> {
  const costs = await inTurns(
    {
      read: async () => {
        for (const { matrix } of parts) for await (const block of matrix.blocks()) if (block.rows === 0) throw new Error('an empty block');
      },
      rank: () => rank(parts, labelSets, ofMeans),
    },
    repeats,
  );
  const columns = parts.reduce((sum, { matrix }) => sum + matrix.columns, 0);
  return {
    what: `${ofMeans.join(', ')} of all neurons for ${labelSets.length} concepts, to reading and decoding the store`,
    value: timesAsLong(costs.rank, costs.read),
    unit: '×',
    atMost: 3,
    note: `${columns} neurons × ${parts[0]?.matrix.rows} rows; reading ${seconds(costs.read)}, ranking ${seconds(costs.rank)}`,
  };
}

async function averagePrecision(parts: readonly NeuronPart[], labelSets: readonly LabelSet[]): Promise<Row> {
  const widest = parts.reduce((best, part) => (part.matrix.columns > best.matrix.columns ? part : best));
  const whole = await widest.matrix.readColumns(0, neurons);
  const columns = Float32Array.from(
    { length: neurons * rows },
    (_, i) => whole[Math.floor(i / rows) * widest.matrix.rows + (i % rows)] ?? 0,
  );
  const cut = labelSets.map(({ name, classNames, labels }): LabelSet => ({
    name,
    kind: 'binary',
    classNames,
    labels: labels.slice(0, rows),
  }));
  const matrix = inMemory(columns);
  const work = (): Promise<unknown> => rank([{ point: null, matrix }], cut, ['ap']);
  await work();
  const times: number[] = [];
  for (let i = 0; i < repeats; i++) times.push((await costOf(work)).all);
  return {
    what: `exact average precision of a neuron for ${cut.length} concepts at ${rows.toLocaleString('en')} rows, processor time`,
    value: (1e3 * median(times)) / neurons,
    unit: 'ms',
    atMost: 5,
    note: `${neurons} neurons in memory; one sort serves all concepts`,
  };
}

function rank(parts: readonly NeuronPart[], labelSets: readonly LabelSet[], methods: readonly string[]): Promise<unknown> {
  const chosen = methods.map((id) => ({ method: rankMethod(id), parameters: {} }));
  return rankNeurons({ parts, labelSets, methods: chosen, options: { nullRounds: 0, intervalsFor: 0 } });
}

/** A matrix of `neurons` columns, given column by column. */
function inMemory(columns: Float32Array): Matrix {
  const values = Float32Array.from(columns, (_, i) => columns[(i % neurons) * rows + Math.floor(i / neurons)] ?? 0);
  return {
    rows,
    columns: neurons,
    async *blocks() {
      yield { from: 0, rows, values };
    },
    readColumns: async (from, to) => columns.subarray(from * rows, to * rows),
  };
}

function seconds(turns: readonly { readonly wall: number }[]): string {
  return `${median(turns.map(({ wall }) => wall)).toFixed(2)} s`;
}

void report(measure());
