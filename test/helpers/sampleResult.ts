/** A small analysis result that has every feature a view must show: undefined scores, no luck, a low side, hostile words. */
import type { AnalysisResult, RankingColumns } from '../../server/src/protocol/results';

const neurons = ['L0.hidden.0', 'L1.ffn.3', 'L2.ffn.7', 'L2.ffn.8'];

const base: Omit<RankingColumns, 'concept' | 'method' | 'title' | 'score' | 'direction' | 'order'> = {
  parameters: {},
  labels: { source: 'automatic', tagger: 'wink-pos-tagger 2.2.2', reliability: 'F1 .87–.90' },
  chance: 0.1,
  support: { positive: 120, negative: 1_080 },
  extras: { auroc: [0.5, 0.97, 0.61, null] },
  undefined: { '3': 'all its values are equal' },
  against: { chance: 0.3, support: { positive: 120, negative: 280 }, score: [0.31, 0.95, 0.5, null] },
  null: { rounds: 200, median: 0.16, q95: 0.19, max: 0.24 },
  control: null,
  focus: [
    {
      neuron: 1,
      interval: [0.88, 0.94],
      p: 1 / 201,
      word: { text: 'took', share: 0.12, scoreWithout: 0.9 },
      topWords: [
        { text: 'took', count: 14 },
        { text: '</script><script>alert(1)</script>', count: 9 },
        { text: 'مرحبا', count: 3 },
      ],
    },
  ],
  warnings: [],
};

export const sampleResult: AnalysisResult = {
  schema: 'golgi-result/1',
  kind: 'ranking',
  provenance: {
    golgi: '0.1.0',
    created: '2026-01-02T03:04:05.000Z',
    elapsedMs: 1_234,
    model: { name: 'demo', graph: 'a'.repeat(64), weights: 'b'.repeat(64), tokenizer: 'c'.repeat(64) },
    corpus: { files: ['notes.txt'], format: 'text', hash: 'd'.repeat(64), sentences: 80, words: 1_200 },
    matrix: null,
    activations: { words: 'last', dtype: 'f16', rows: 1_200, excluded: { 'first position of a causal model': 80 } },
    seed: 1,
    runtime: { node: '20.0.0' },
    notes: ['labels of <b>one</b> tagger'],
  },
  neurons,
  rankings: [
    {
      ...base,
      concept: 'wink.xpos=VBD',
      method: 'ap',
      scale: { best: 'largest', centre: 0, end: 1 },
      title: 'Average precision',
      score: [0.12, 0.91, 0.45, null],
      direction: [1, 1, -1, 1],
      order: [1, 2, 0, 3],
    },
    {
      ...base,
      concept: 'wink.xpos=VBD',
      method: 'd-prime',
      scale: { best: 'farthest', centre: 0, end: null },
      title: 'd′',
      chance: 0,
      score: [0.1, 2.9, -1.2, null],
      direction: [1, 1, -1, 1],
      order: [1, 2, 0, 3],
      null: null,
      against: null,
    },
    {
      ...base,
      concept: 'rule:quote',
      method: 'ap',
      scale: { best: 'largest', centre: 0, end: 1 },
      title: 'Average precision',
      score: [0.12, 0.15, 0.18, null],
      direction: [1, 1, 1, 1],
      order: [2, 1, 0, 3],
      labels: { source: 'rule' },
      focus: [],
      warnings: ['only 84 rows carry the concept; below 100 scores vary much from sample to sample'],
    },
  ],
};
