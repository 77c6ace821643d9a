import { refuseFlags, wholeNumber } from '../flags';
import { corpusFlags, corpusRef, modelFlags, modelRef, parameterPairs } from '../inputs';
import { jsonText } from '../output';
import { omissionText } from '../present/omission';
import { palette } from '../present/marks';
import { textsOf } from '../texts';
import { defineVerb } from '../verb';

export const omission = defineVerb({
  name: 'omission',
  summary: 'what a sentence’s representation, and neurons of it, lose with each of its words',
  positionals: '[ID…]',
  example: 'golgi omission L4.hidden.7 --model media/models/demo-gpt2 --text "The old man saw the sea."',
  flags: {
    ...modelFlags,
    text: { type: 'string', multiple: true, value: 'TEXT', help: 'a text' },
    texts: { type: 'string', value: 'FILE', help: 'a JSON array of texts, or one text a line' },
    ...corpusFlags,
    limit: { type: 'string', value: 'N', help: 'sentences of the corpus, from its beginning (default 200)' },
    at: {
      type: 'string',
      value: 'TAP',
      help: 'the tap that is the sentence’s vector, such as L4.hidden (default: of the neurons, else the last hidden)',
    },
    set: { type: 'string', multiple: true, value: 'NAME=VALUE', help: 'a parameter of the method; see golgi methods omission' },
    seed: { type: 'string', value: 'N', help: 'seed of the split of sentences for the regression (default 1)' },
  },
  async run({ values, positionals, outside }) {
    const ofCorpus = values.corpus !== undefined;
    if (ofCorpus) refuseFlags('omission', values, ['text', 'texts'], 'with --corpus');
    if (!ofCorpus) refuseFlags('omission', values, ['limit', 'format', 'labels', 'columns', 'skip-invalid'], 'without --corpus');
    const result = await outside.runJob('omission', {
      model: modelRef('omission', values),
      texts: ofCorpus ? [] : await textsOf('omission', values),
      ...(ofCorpus ? { corpus: corpusRef('omission', values) } : {}),
      limit: wholeNumber('omission', 'limit', values.limit, { min: 1, fallback: 200 }),
      ...(values.at === undefined ? {} : { at: values.at }),
      neurons: positionals.join(','),
      parameters: Object.fromEntries(parameterPairs('omission', values.set).map(({ name, value }) => [name, value])),
      seed: wholeNumber('omission', 'seed', values.seed, { min: 0, max: 2 ** 31, fallback: 1 }),
    });
    outside.out(values.json ? jsonText(result) : omissionText(result, palette(outside.colour)));
  },
});
