/** What a host may show: every state of the explorer and the concept table, with numbers like those of a real corpus and hostile words. */
import type { ExampleRow, NeuronView } from '../../server/src/protocol/messages';
import type { AnalysisResult, RankingColumns } from '../../server/src/protocol/results';
import type { ExplorerState, Selection, ToExplorer, ToTable } from '../../server/src/protocol/views';
import { sampleResult } from '../helpers/sampleResult';

export const hostile = '<img src=x onerror=alert(1)> مرحبا 👩‍👩‍👧';

export const selection: Selection = {
  focus: { neuron: 'L3.ffn.412', side: 'high' },
  isPreview: false,
  place: { uri: 'file:///field-notes.txt', word: 187, line: 14, text: 'took', value: 3.87, percentile: 98.9 },
  concept: 'past-tense verb',
  pins: ['L3.ffn.412', 'L8.hidden.177'],
  marks: [],
};

const edges = Array.from({ length: 41 }, (_, i) => -0.2 + i * 0.15);
const bell = (i: number, centre: number, width: number, most: number): number =>
  Math.round(most * Math.exp(-(((i - centre) / width) ** 2)));

interface Beside {
  readonly carries?: boolean;
  readonly tag?: string;
  /** Painted words of the text with their steps. */
  readonly others?: Readonly<Record<string, number>>;
}

function example(
  line: number,
  text: string,
  word: string,
  value: number,
  { carries = true, tag = 'VBD', others = {} }: Beside = {},
): ExampleRow {
  const span = (part: string) => ({ start: text.indexOf(part), end: text.indexOf(part) + part.length });
  return {
    ...{ word: line * 10, line: line - 1, character: 4, text, ...span(word), value, carries },
    tag: { attribute: 'wink.xpos', value: tag, automatic: true },
    others: Object.entries(others).map(([part, step]) => ({ ...span(part), step })),
  };
}

const rows = [
  example(1, '… before dawn and rowed upstream.', 'rowed', 5.62, { others: { dawn: 1 } }),
  example(5, 'We counted two hundred herons on the first bar', 'counted', 5.38),
  example(15, '… the night the water took it.', 'took', 3.87, { others: { night: 1, water: 2, it: 6 } }),
  example(23, 'A biased compass is worse than none', 'biased', 1.98, { carries: false, tag: 'JJ' }),
  example(7, 'He put the rope on the bollard, cut the knot', 'put', 0.12, { others: { cut: 3 } }),
  example(31, `${hostile} went away`, hostile, 2.4, { tag: hostile }),
];

const unranked = { luck: null, aliases: [] };

export const view: NeuronView = {
  neuron: 'L3.ffn.412',
  corpus: 'c1',
  words: 24_816,
  side: 'high',
  concept: 'past-tense verb',
  ...{ firesOn: 0.081, firesFrom: 2.2 },
  scale: { centre: 0, high: 4.4, low: null },
  histogram: {
    edges,
    carrying: Array.from({ length: 40 }, (_, i) => bell(i, 22, 10, 140) + bell(i, 5, 6, 40)),
    others: Array.from({ length: 40 }, (_, i) => bell(i, 1, 7, 9_000)),
  },
  threshold: { value: 1.9, precision: 0.86, recall: 0.79 },
  concepts: [
    {
      concept: 'past-tense verb',
      score: 0.87,
      chance: 0.09,
      interval: [0.85, 0.89],
      ...{ luck: 0.21, aliases: ['xpos=VBD'] },
      direction: 1,
      support: { positive: 2_187, negative: 22_629 },
    },
    {
      concept: 'suffix -ed',
      score: 0.62,
      chance: 0.05,
      interval: [0.58, 0.65],
      ...unranked,
      direction: 1,
      support: { positive: 1_300, negative: 23_516 },
    },
    {
      concept: 'VERB, any form',
      score: 0.55,
      chance: 0.15,
      interval: [0.53, 0.57],
      ...unranked,
      direction: 1,
      support: { positive: 3_800, negative: 21_016 },
    },
    { concept: hostile, score: 0.41, chance: 0.03, interval: null, ...unranked, direction: 1, support: { positive: 84, negative: 24_732 } },
    {
      concept: 'auxiliary',
      score: null,
      chance: 0.07,
      interval: null,
      ...unranked,
      direction: 1,
      support: { positive: 1_700, negative: 23_116 },
    },
  ],
  strip: {
    concept: 'past-tense verb',
    method: 'ap',
    chance: 0.09,
    end: 0.87,
    stacks: [{ stack: '', best: [0.2, 0.4, 0.6, 0.87, 0.7, 0.66, 0.61, 0.6, 0.58, 0.5, 0.5, 0.48] }],
  },
  bands: [
    { label: '≥ 99.9', words: 25, share: 1, examples: rows.slice(0, 2) },
    { label: '99–99.9', words: 223, share: 0.99, examples: rows.slice(5, 6) },
    { label: '90–99', words: 2_234, share: 0.76, examples: rows.slice(2, 4) },
    { label: '50–90', words: 9_926, share: 0.02, examples: rows.slice(4, 5) },
    { label: '0–50', words: 12_408, share: 0.001, examples: [] },
  ],
  top: rows.slice(0, 3),
  random: rows.slice(2, 5),
  lowest: rows.slice(4, 5),
  wrong: rows.slice(3, 5),
  wordTypes: [
    { text: 'carried', count: 21, meanZ: 3.1 },
    { text: 'said', count: 214, meanZ: 3.02 },
    { text: hostile, count: 5, meanZ: 2.4 },
    { text: 'hundred', count: 64, meanZ: 1.2 },
  ],
  source: {
    model: 'bert-base-uncased 7f3a…c1',
    tap: 'ffn, after GELU, 12 × 3,072',
    corpus: 'field-notes.txt b90e…42',
    labels: 'wink-pos-tagger, F1 .87–.90',
  },
  empty: null,
};

const low: NeuronView = {
  ...view,
  side: 'low',
  scale: { centre: 0.02, high: 0.4, low: 3.1 },
  histogram: {
    ...view.histogram,
    edges: edges.map((edge) => -edge).reverse(),
    carrying: [...view.histogram.carrying].reverse(),
    others: [...view.histogram.others].reverse(),
  },
  threshold: { value: -1.9, precision: 0.86, recall: 0.79 },
  concepts: view.concepts.map((row) => ({ ...row, direction: -1 })),
  top: view.top.map((row) => ({ ...row, value: -row.value })),
  bands: view.bands.map((band) => ({ ...band, examples: band.examples.map((row) => ({ ...row, value: -row.value })) })),
};

const bare: NeuronView = {
  ...view,
  concept: null,
  histogram: { ...view.histogram, carrying: [] },
  threshold: null,
  bands: view.bands.map((band) => ({ ...band, share: null, examples: band.examples.map((row) => ({ ...row, carries: null })) })),
  concepts: [],
  wrong: [],
  wordTypes: [],
};

export function snapshot(state: ExplorerState, chosen: Selection = selection): ToExplorer {
  return { type: 'snapshot', selection: chosen, state, compared: [], hovered: null, canGoBack: true, canGoForward: false };
}

const nothing: Selection = { focus: null, isPreview: false, place: null, concept: null, pins: [], marks: [] };

/** Every state of the explorer, by the name of its picture. */
/** Of a model that reads with one stack and writes with another. */
const stacked: NeuronView = {
  ...view,
  neuron: 'dec.L2.ffn.17',
  strip: view.strip && {
    ...view.strip,
    stacks: [
      { stack: 'enc', best: [0.2, 0.4, 0.6, 0.87, 0.7, 0.66] },
      { stack: 'dec', best: [0.1, null, 0.31, 0.44, 0.42, 0.2] },
    ],
  },
};

export const explorerStates: Readonly<Record<string, ToExplorer>> = {
  ready: snapshot({ kind: 'ready', view, stale: null }),
  low: snapshot({ kind: 'ready', view: low, stale: null }, { ...selection, focus: { neuron: view.neuron, side: 'low' } }),
  'no-concept': snapshot({ kind: 'ready', view: bare, stale: null }, { ...selection, concept: null }),
  preview: snapshot(
    { kind: 'ready', view, stale: null },
    { ...selection, isPreview: true, marks: ['L3.ffn.412', 'L4.ffn.96', 'L8.hidden.177'] },
  ),
  stacks: snapshot({ kind: 'ready', view: stacked, stale: null }, { ...selection, focus: { neuron: stacked.neuron, side: 'high' } }),
  compared: {
    ...snapshot({ kind: 'ready', view, stale: null }),
    compared: [view, { ...low, neuron: 'L8.hidden.177', concepts: low.concepts.slice(1, 3) }],
  },
  stale: snapshot({ kind: 'ready', view, stale: '12 lines changed since' }),
  constant: snapshot({ kind: 'ready', view: { ...bare, empty: 'constant on all words: nothing to show' }, stale: null }),
  loading: snapshot({ kind: 'loading', neuron: 'L3.ffn.412', progress: { done: 15_140, total: 24_816, unit: 'words' } }),
  starting: snapshot({ kind: 'loading', neuron: 'L3.ffn.412', progress: null }),
  failed: snapshot({
    kind: 'failed',
    neuron: 'L3.ffn.412',
    code: 'WORKER_CRASHED',
    message: 'The process that runs the model ended twice.',
  }),
  'no-model': snapshot({ kind: 'empty', reason: 'no model' }, nothing),
  'no-corpus': snapshot({ kind: 'empty', reason: 'no corpus' }, nothing),
  'no-neuron': snapshot({ kind: 'empty', reason: 'no neuron' }, nothing),
  restricted: snapshot({ kind: 'empty', reason: 'restricted' }, nothing),
  'no-server': snapshot({ kind: 'empty', reason: 'no server' }, nothing),
};

const concepts = [
  'punctuation', 'determiner', 'pronoun', 'adposition', 'number', 'proper noun', 'noun', 'plural noun', 'adjective', 'comparative',
  'adverb', 'verb', 'past-tense verb', 'present-tense verb', 'past participle', 'negation', 'person', 'place', 'time', 'inside quotes',
]; // prettier-ignore

/** A result of 20 concepts; each concept has some neurons of its own, the rest is noise within luck. */
export function bigResult(neurons: number): AnalysisResult {
  const ids = Array.from({ length: neurons }, (_, i) => `L${1 + (i % 12)}.ffn.${Math.floor(i / 12)}`);
  // A fixed sequence, so that pictures stay the same.
  let seed = 1;
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  const rankings = concepts.map((concept, c): RankingColumns => {
    const chance = 0.02 + 0.16 * random();
    const score = ids.map((_, i) =>
      i === 5 ? null : i % (neurons / 10) < 20 && i % 20 === c ? chance + (1 - chance) * (0.2 + 0.78 * random()) : chance + 0.04 * random(),
    );
    const order = score.map((_, i) => i).sort((a, b) => (score[b] ?? -1) - (score[a] ?? -1));
    const first = order[0] ?? 0;
    return {
      method: 'ap', title: 'Average precision', parameters: {}, concept, labels: { source: 'gold' }, chance,
      scale: { best: 'largest', centre: 0, end: 1 }, support: { positive: c === 9 ? 84 : Math.round(24_816 * chance), negative: Math.round(24_816 * (1 - chance)) },
      score, direction: ids.map((_, i) => (i % 7 === 3 ? -1 : 1)), order, extras: { auroc: score.map((one) => one && Math.min(1, one + 0.1)) },
      undefined: { '5': 'all its values are equal' }, against: null, null: { rounds: 200, median: chance + 0.03, q95: chance + 0.05, max: chance + 0.07 }, control: null,
      focus: [{ neuron: first, interval: [(score[first] ?? 0) - 0.02, (score[first] ?? 0) + 0.02], p: 1 / 201, word: { text: hostile, share: 0.12, scoreWithout: 0.8 }, topWords: [] }],
      warnings: [],
    }; // prettier-ignore
  });
  return { ...sampleResult, neurons: ids, rankings };
}

export const bytesOf = (result: AnalysisResult): Uint8Array => new TextEncoder().encode(JSON.stringify(result));

const opened = (bytes: Uint8Array): ToTable => ({ type: 'result', bytes, name: 'tags.golgi-result.json', selection: nothing });
const chancy: AnalysisResult = { ...sampleResult, rankings: sampleResult.rankings.slice(2) };

/** A probe of several classes with a curve for everything that a probe may have. */
const probed: AnalysisResult = {
  ...sampleResult,
  rankings: sampleResult.rankings.slice(0, 2).map((ranking) => ({
    ...ranking,
    q: [0.4, 0.0002, 0.03, null],
    classes: ['NOUN', hostile],
    perClass: [
      { name: 'NOUN', score: [0.9, 0.01, 0.2, null] },
      { name: hostile, score: [0.3, 0.6, 0.1, null] },
    ],
    fit: {
      ...{
        eval_accuracy: 0.91,
        eval_majority: 0.4,
        eval_chance: 0.31,
        train_accuracy: 0.97,
        selectivity: 0.42,
        control_eval_accuracy: 0.49,
      },
      ...{ train_class_accuracy: [0.98, 0.9], eval_class_accuracy: [0.93, null], objective: 0.24, eval_rows: 1_200 },
      ...{ minimal_sizes: [1, 2, 4, 8], minimal_accuracies: [0.5, 0.7, 0.86, 0.9], minimal_size: 8, minimal_accuracy: 0.9 },
      ...{ k: [1, 2, 4, 8], f1: [0.4, 0.62, 0.7, 0.71], mcc: [0.3, 0.5, 0.6, null], pr_auc: [0.5, 0.66, 0.75, 0.78] },
      ...{ mi: [0.4, 0.6, 0.55], mi_running_max: [0.4, 0.6, 0.6], held_mi: [0.38, 0.5, 0.41], entropy: 1, accuracy: [0.7, 0.8, 0.82] },
    },
  })),
};

/** Every state of the concept table. */
export const tableStates: Readonly<Record<string, ToTable>> = {
  ready: opened(bytesOf(bigResult(1_200))),
  small: opened(bytesOf(sampleResult)),
  'nothing-stands': opened(bytesOf(chancy)),
  probe: opened(bytesOf(probed)),
  cut: opened(bytesOf(sampleResult).subarray(0, 500)),
  'other-version': opened(new TextEncoder().encode(JSON.stringify({ ...sampleResult, schema: 'golgi-result/9' }))),
  damaged: opened(new TextEncoder().encode(JSON.stringify({ ...sampleResult, neurons: ['L1.ffn.0'] }))),
  failed: { type: 'failed', code: 'RESULT_FILE', message: 'The file is larger than 512 MB', remedy: 'Rank fewer concepts at a time.' },
};
