import { required, usageError, wholeNumber } from '../flags';
import { activationFlags, activationSpec, corpusFlags, corpusRef, firstPosition, firstPositionFlag, modelFlags, modelRef } from '../inputs';
import { jsonText } from '../output';
import { withKeptConcepts } from '../keptConcepts';
import { cacheFolder } from '../paths';
import { palette } from '../present/marks';
import { isWarning, noteText } from '../present/notes';
import { portraitText } from '../present/portrait';
import { defineVerb } from '../verb';

const { words, dtype } = activationFlags;

export const neuron = defineVerb({
  name: 'neuron',
  summary: 'everything known about neurons: where they fire, on which words, how their values are spread, which concepts they tell apart',
  positionals: 'ID…',
  example: 'golgi neuron L3.ffn.12 --model media/models/demo-gpt2 --corpus media/corpus/golgi-sample.jsonl',
  flags: {
    ...modelFlags,
    ...corpusFlags,
    words,
    dtype,
    concept: { type: 'string', multiple: true, value: 'CONCEPT', help: 'concepts to score (default: all of the corpus with enough words)' },
    ...firstPositionFlag,
    count: { type: 'string', value: 'N', help: 'contexts, words and concepts in each list (default 10)' },
  },
  async run({ values, positionals, outside }) {
    if (positionals.length === 0) throw usageError('neuron', 'no neuron', 'one or more, such as L3.ffn.12');
    required('neuron', 'model', values.model);
    const spec = activationSpec('neuron', { ...values, taps: undefined, layers: undefined });
    const portraits = await outside.runJob('neuron', {
      neurons: positionals.join(','),
      model: modelRef('neuron', values),
      corpus: corpusRef('neuron', values),
      words: spec.words,
      dtype: spec.dtype,
      cache: cacheFolder(values.cache),
      ...firstPosition('neuron', values),
      concepts: (await withKeptConcepts(values)).concept,
      count: wholeNumber('neuron', 'count', values.count, { min: 1, max: 1_000, fallback: 10 }),
    });
    if (values.json) outside.out(jsonText(portraits.length === 1 ? portraits[0] : { results: portraits }));
    else {
      for (const note of (portraits[0]?.provenance.notes ?? []).filter(isWarning)) outside.error(`${noteText(note)}\n`);
      outside.out(portraits.map((one) => portraitText(one, palette(outside.colour), outside.width)).join('\n'));
    }
  },
});
