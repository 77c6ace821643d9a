/** The flags of `golgi rank` and its like. */
import { usualEvidence } from '../protocol/evidence';
import { numberMeanings } from '../protocol/numbers';
import { activationFlags, corpusFlags, firstPositionFlag, modelFlags } from './inputs';
import { matrixFlags } from './matrixFlags';

/** What is asked about: rows, their labels and the concepts; of `golgi rank` and its like. */
export const questionFlags = {
  ...modelFlags,
  ...corpusFlags,
  ...activationFlags,
  concept: {
    type: 'string',
    multiple: true,
    value: 'CONCEPT',
    help: 'attribute=value, attribute=*, word:"a|b", phrase:"a b", regex:/…/, rule:<name>, or @FILE of kept ones; see golgi concepts',
  },
  target: {
    type: 'string',
    multiple: true,
    value: 'NUMBER',
    help: `a number of words to predict by regression: ${Object.keys(numberMeanings).join(', ')}, or an attribute of numbers; with --activations alone y.npy or y.txt, one a row`,
  },
  set: {
    type: 'string',
    multiple: true,
    value: 'NAME=VALUE',
    help: 'a parameter of the methods that have it; METHOD.NAME=VALUE for one of them',
  },
  against: { type: 'string', value: 'attribute', help: 'take as negatives only words that carry the attribute' },
  ...firstPositionFlag,
  seed: { type: 'string', value: 'N', help: 'seed of everything random (default 1)' },
  top: { type: 'string', value: 'N', help: 'neurons shown a ranking (default 10 in text, all in files and JSON)' },
  activations: {
    type: 'string',
    value: 'X.npy',
    help: 'somebody’s matrix, rows × neurons, or NeuroX’s .json or .hdf5; in place of a model, and with --labels of a corpus too',
  },
  ...matrixFlags,
  types: { type: 'string', value: 'w.txt', help: 'word of each row, for --split words and control tasks; also .npy of whole numbers' },
  'eval-activations': { type: 'string', value: 'X.npy', help: 'rows to evaluate probes on, in place of sentences held out' },
  'eval-labels': { type: 'string', value: 'y.npy', help: 'their labels' },
  'eval-target': { type: 'string', value: 'y.npy', help: 'or their numbers' },
  'eval-types': { type: 'string', value: 'w.txt', help: 'their words' },
  split: {
    type: 'string',
    value: 'HOW',
    help: 'what probes hold out whole: sentences (default) or words, so that no held word was fitted',
  },
} as const;

/** The flags of `golgi rank` beside those of every verb. */
export const rankFlags = {
  ...questionFlags,
  method: { type: 'string', value: 'A,B', help: 'methods by id; see golgi methods (default ap)' },
  unit: {
    type: 'string',
    value: 'UNIT',
    help: 'what carries a concept: word (default; with --activations a row) or sentence, with each neuron’s largest value in it',
  },
  null: {
    type: 'string',
    value: 'ROUNDS',
    help: `shuffles for the null of the best neuron (default ${usualEvidence.nullRounds}, 0 for none)`,
  },
  intervals: { type: 'string', value: 'N', help: `neurons a ranking that get a bootstrap interval (default ${usualEvidence.intervals})` },
  control: { type: 'boolean', help: 'also rank the same graph with shuffled weights, and show its best score' },
  weights: {
    type: 'string',
    value: 'W.npy',
    help: 'rank by the weights of a probe, classes × neurons (a bias may stand last), in place of fitting one',
  },
  brief: { type: 'boolean', help: 'one line a concept: its best neuron by the first method' },
  out: { type: 'string', multiple: true, value: 'FILE', help: '.golgi-result.json, .json, .csv, .parquet, .npy or .html' },
} as const;
