import { wholeNumber } from '../flags';
import { list } from '../inputs';
import { jsonText } from '../output';
import { benchmarkText } from '../present/benchmark';
import { palette } from '../present/marks';
import { defineVerb } from '../verb';

export const benchmark = defineVerb({
  name: 'benchmark',
  summary: 'every ranking method on matrices of which it is known what is in them: which method finds which kind of neuron',
  example: 'golgi benchmark --method ap,probeless',
  flags: {
    method: { type: 'string', value: 'A,B', help: 'methods by id; see golgi methods (default: all that rank)' },
    runs: { type: 'string', value: 'N', help: 'matrices, each from a seed of its own (default 3)' },
    top: { type: 'string', value: 'N', help: 'a plant is found when all its neurons are among so many first ones (default 10)' },
    seed: { type: 'string', value: 'N', help: 'seed of the first matrix (default 1)' },
  },
  async run({ values, outside }) {
    const result = await outside.runJob('benchmark', {
      methods: [...new Set(list(values.method ?? ''))],
      runs: wholeNumber('benchmark', 'runs', values.runs, { min: 1, max: 1000, fallback: 3 }),
      top: wholeNumber('benchmark', 'top', values.top, { min: 1, max: 200, fallback: 10 }),
      seed: wholeNumber('benchmark', 'seed', values.seed, { min: 0, max: 2 ** 31, fallback: 1 }),
    });
    outside.out(values.json ? jsonText(result) : benchmarkText(result, palette(outside.colour)));
  },
});
