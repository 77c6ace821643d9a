/** What the page of analyses may be shown: every analysis with a little of what it finds, alone and together, and files that are none. */
import { analysisSchema } from '../../server/src/protocol/analyses';
import type { AnalysisFile, AnalysisOutcome } from '../../server/src/protocol/analyses';
import type { NeuronExplanation } from '../../server/src/protocol/explain';
import type { AnalysisWindow, ToAnalysis } from '../../server/src/protocol/views';
import { sampleResult } from '../helpers/sampleResult';
import { hostile } from './states';

const { provenance } = sampleResult;
const correlational = 'Correlational: it looks at activations beside labels, and leaves the model as it is';
const head = (method: string, title: string, evidence = correlational) => ({ method, title, evidence });
const neuron = (id: string) => ({ id, layer: Number(id[1]), tap: 'ffn', unit: Number(id.split('.')[2]) });

const explanation: NeuronExplanation = {
  ...neuron('L3.ffn.412'),
  ...{ direction: 1, score: 0.62, holds: 310, active: 290, both: 230, threshold: 1.9, length: 3 },
  formula: '((wink.xpos=VBD OR wink.xpos=VBN) AND NOT word:"was")',
  tree: ['and', ['or', 0, 1], ['not', 2]],
  ...{
    chance: 0.03,
    held_out: 0.55,
    held_out_formula: '(wink.xpos=VBD OR wink.xpos=VBN)',
    best_atom: { name: 'wink.xpos=VBD', score: 0.41 },
  },
  by_length: [
    { formula: 'wink.xpos=VBD', score: 0.41 },
    { formula: '(wink.xpos=VBD OR wink.xpos=VBN)', score: 0.58 },
    { formula: '((wink.xpos=VBD OR wink.xpos=VBN) AND NOT word:"was")', score: 0.62 },
  ],
  missed: {
    count: 60,
    rows: [
      { row: 4, value: 5.1, at: { word: 40, line: 4 }, context: { before: 'A biased ', word: 'compass', after: ' is worse than none' } },
      { row: 9, value: 4.2, at: { word: 90, line: 9 }, context: { before: 'so ', word: hostile, after: ' went away' } },
    ],
  },
  unmatched: {
    count: 80,
    rows: [{ row: 7, value: -0.12, at: { word: 70, line: 7 }, context: { before: 'He ', word: 'put', after: ' the rope on the bollard' } }],
  },
};

const formulas: AnalysisOutcome = {
  ...head('compositional', 'Compositional explanation'),
  job: 'explain',
  result: {
    ...{
      kind: 'explanations',
      method: 'compositional',
      parameters: {},
      neighbors: [{ name: 'NEIGHBORS(word:"was")', atoms: [2, 0] }],
      rows: 24_816,
      warnings: [],
      provenance,
    },
    atoms: ['wink.xpos=VBD', 'wink.xpos=VBN', 'word:"was"'].map((name) => ({ name, rows: 900 })),
    neurons: [
      explanation,
      { ...explanation, ...neuron('L4.ffn.96'), direction: -1, score: 0.31, held_out: null, formula: 'rule:digit', tree: 0 },
    ],
    undefined: [{ id: 'L4.ffn.97', reason: 'constant' }],
  },
};

const proposals: AnalysisOutcome = {
  ...head('word-set', 'Word set'),
  job: 'propose',
  result: {
    ...{ kind: 'proposals', method: 'word-set', parameters: {}, neurons: { asked: 512, silent: 400 }, provenance },
    ...{ rows: { chosen_from: 12_400, left_out: 12_416 }, labelled: 3, null: { rounds: 20, median: 0.1, q95: 0.14, max: 0.15 } },
    proposals: [
      {
        ...{
          name: 'months',
          concept: 'may-june := word:"may|june|july"',
          neuron: 'L2.ffn.7',
          direction: 1,
          score: 0.7,
          p: 0.048,
          fitted: 0.74,
          ap: 0.81,
        },
        words: ['may', 'june', 'july', hostile].map((text) => ({ text, count: 12, mean_z: 4.1 })),
        ...{
          chance: 0.01,
          support: { positive: 96, negative: 12_320 },
          also: ['L3.ffn.9'],
          nearest: { concept: 'ner=DATE', overlap: 0.22 },
        },
      },
    ],
  },
};

const alignments: AnalysisOutcome = {
  ...head('replication', 'Alignment by replication', 'It runs the model, which stays as it is, on texts that it changes'),
  job: 'align',
  result: {
    ...{ kind: 'alignment', method: 'replication', parameters: {}, phrases: 'n-grams', provenance },
    neurons: [
      {
        ...{ ...neuron('L2.ffn.7'), direction: 1, tried: 41, concepts: ['in-june := phrase:"in june"'] },
        sentences: [{ text: 'We left in June.', value: 2.1, line: 12 }],
        candidates: [
          {
            text: 'in june',
            kind: 'n-gram',
            sentences: 3,
            score: 3.2,
            z: 5.2,
            controls_reached: 0,
            selectivity: { score: 0.4, difference: 1.1, sentences: 20 },
          },
          { text: hostile, kind: 'word', sentences: 1, score: 1.2, z: null, controls_reached: 0.4, selectivity: null },
        ],
      },
    ],
    undefined: [{ id: 'L2.ffn.8', reason: 'constant' }],
  },
};

const contexts: AnalysisOutcome = {
  ...head('context-information', 'Context information'),
  job: 'contexts',
  result: [
    {
      ...{ kind: 'contexts', method: 'context-information', parameters: { n: 1 }, of: 'word', rows: 24_816, provenance, warnings: [] },
      ...{
        contexts: { distinct: 4_000, kept: 500, rare_rows: 9_000 },
        undefined: [],
        null: { rounds: 20, median: 0.2, q95: 0.22, max: 0.23 },
      },
      neurons: [
        {
          ...{ ...neuron('L1.ffn.3'), score: 1.2, corrected: 1.02, expected: 0.18, adjusted: 0.36, entropy: 2.99, bins: 20, p: 0.048 },
          contexts: [{ context: hostile, count: 210, share: 0.22, mean_z: 2.2 }],
          highest: [{ row: 4, value: 6.1, context: 'the', sentence: '…of [the] bar' }],
        },
        { ...neuron('L2.ffn.3'), score: 0.6, corrected: 0.5, expected: 0.2, adjusted: null, entropy: 2.9, bins: 20, p: null },
      ],
      taps: ['L1.ffn', 'L2.ffn', 'L3.ffn', 'L4.ffn'].map((tap, i) => ({ tap, neurons: 512, median: 0.5 - 0.1 * i, median_adjusted: 0.2 })),
    },
  ],
};

const omission: AnalysisOutcome = {
  ...head('omission', 'Omission score', 'It runs the model, which stays as it is, on texts that it changes'),
  job: 'omission',
  result: {
    ...{
      at: 'L4.ffn',
      pool: 'last',
      neurons: ['L4.ffn.96'],
      notes: ['2 of 200 texts have more tokens than the model takes and were left out'],
    },
    texts: [
      {
        ...{ text: `We rowed ${hostile} upstream`, line: 1 },
        words: ['We', 'rowed', hostile, 'upstream'].map((text, i) => ({
          text,
          score: i === 0 ? null : 0.1 * i,
          neurons: [i === 0 ? null : i - 2],
        })),
      },
    ],
    explained: [
      { by: 'word', share: 0.31, alpha: 2 },
      { by: 'word and position', share: 0.4, alpha: 4 },
    ],
  },
};

const texts = [{ text: 'carried', count: 21, meanZ: 3.1 }];
const sentence = [{ text: 'He carried it.', value: 1.2, words: 3, line: 4 }];
const portraits: AnalysisOutcome = {
  ...head('top-contexts', 'Top contexts', 'It looks at activations, and leaves the model as it is'),
  job: 'neuron',
  result: [
    {
      ...{ id: 'L3.ffn.412', provenance, words: { high: texts, low: texts }, ngrams: { high: texts, low: [] }, distribution: null },
      sentences: { mean: { high: sentence, low: sentence }, peak: { high: sentence, low: sentence } },
      contexts: { high: [{ before: 'He ', word: 'carried', after: ' it', value: 3.1, line: 4 }], low: [], deciles: [] },
      concepts: [
        {
          ...{ concept: 'wink.xpos=VBD', score: 0.81, reason: null, direction: 1, chance: 0.09, interval: [0.79, 0.84], word: null },
          support: { positive: 2_187, negative: 22_629 },
        },
      ],
    },
  ],
};

const refused: AnalysisOutcome = {
  ...head('replication', 'Alignment by replication'),
  job: 'refused',
  problems: [{ code: 'MODEL_TAP', place: {}, found: 'dec.L1.ffn', expected: 'neurons of the encoder', remedy: 'ask for enc.L1.ffn.0' }],
};

const file = (...outcomes: readonly AnalysisOutcome[]): AnalysisFile => ({
  ...{ schema: analysisSchema, golgi: '0.1.0', created: '2026-11-22T20:15:03.000Z', elapsedMs: 4_000, model: 'demo-gpt2' },
  corpus: { name: 'field-notes.txt', hash: 'h', sentences: 1_920, words: 24_816 },
  outcomes,
});

const nothing: AnalysisWindow = { corpus: 'h', painted: null, kept: [], focus: null };
const bytesOf = (content: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(content));
const opened = (content: unknown, window: Partial<AnalysisWindow> = {}): ToAnalysis => ({
  ...{ type: 'analysis', bytes: bytesOf(content), name: 'x.golgi-analysis.json', window: { ...nothing, ...window } },
});

export const analysisStates: Readonly<Record<string, ToAnalysis>> = {
  formulas: opened(file(formulas)),
  proposals: opened(file(proposals), { kept: ['may-june := word:"may|june|july"'] }),
  alignments: opened(file(alignments)),
  contexts: opened(file(contexts)),
  omission: opened(file(omission)),
  neurons: opened(file(portraits)),
  together: opened(file(formulas, refused, proposals)),
  'another-text': opened(file(formulas), { corpus: 'another' }),
  cut: { ...opened(''), bytes: bytesOf(file(formulas)).subarray(0, 400) } as ToAnalysis,
  'other-version': opened({ ...file(formulas), schema: 'golgi-analysis/9' }),
  damaged: opened({ ...file(), outcomes: [{ ...formulas, result: {} }] }),
  failed: { type: 'failed', code: 'RESULT_FILE', message: 'The file has gone', remedy: 'Run the analysis again.' },
};
