import { countText, counted } from '../../protocol/counted';
import { shown } from '../../protocol/errors';
import type { RunModelResult } from '../../protocol/jobs';
import { refuseFlags, required } from '../flags';
import { editFlags, editsOf } from '../edits';
import { list, modelFlags, modelRef } from '../inputs';
import { intoFolder, jsonText } from '../output';
import { table } from '../present/table';
import { idRows, textsOf } from '../texts';
import { defineVerb } from '../verb';

export const runModel = defineVerb({
  name: 'run-model',
  summary: 'outputs of texts under edits: hidden states, taps, logits, attention, as .npy files',
  example: 'golgi run-model --model media/models/demo-bert --text "She knows." --edit L3.ffn.12=0 --fetch logits,L3.ffn --out outputs',
  flags: {
    ...modelFlags,
    text: { type: 'string', multiple: true, value: 'TEXT', help: 'a text' },
    texts: { type: 'string', value: 'FILE', help: 'a JSON array of texts, or one text a line; run as one padded batch' },
    ids: { type: 'string', value: 'FILE', help: 'a JSON array of rows of token ids, taken as they are' },
    'decoder-text': { type: 'string', multiple: true, value: 'TEXT', help: 'the decoder’s side of encoder-decoder models' },
    'decoder-texts': { type: 'string', value: 'FILE', help: 'the same from a file' },
    'decoder-ids': { type: 'string', value: 'FILE', help: 'the same as ids' },
    ...editFlags,
    fetch: { type: 'string', value: 'A,B', help: 'logits, taps such as L3.ffn, attention such as L3.attn.weights (default logits)' },
    out: { type: 'string', value: 'DIR', help: 'folder to write' },
  },
  async run({ values, outside }) {
    const asked = required('run-model', 'out', values.out);
    if (values.ids !== undefined) refuseFlags('run-model', values, ['text', 'texts'], 'with --ids');
    const source =
      values.ids === undefined ? { texts: await textsOf('run-model', values) } : { ids: await idRows('run-model', values.ids) };
    const decoder = await decoderSide(values);
    const params = {
      model: modelRef('run-model', values),
      ...source,
      ...decoder,
      ...editsOf('run-model', values),
      fetch: list(values.fetch ?? 'logits'),
    };
    const result = await intoFolder(asked, (out) => outside.runJob('run-model', { ...params, out }));
    outside.out(values.json ? jsonText(result) : resultText(result));
  },
});

function resultText({ files, notes }: RunModelResult): string {
  const broken = files.flatMap(({ name, shape, notFinite }) => {
    if (!notFinite) return [];
    const of = shape.reduce((all, size) => all * size, 1);
    return [
      `${name}: ${counted(notFinite.count, 'value')} of ${countText(of)} NaN or infinite, the first at [${notFinite.first.join(', ')}]`,
    ];
  });
  const lines = [...broken, ...notes].map((line) => `${shown(line)}\n`);
  return `${table(files.map(({ name, shape, file }) => [`  ${name}`, `[${shape.join(', ')}]`, file]))}\n${lines.join('')}`;
}

async function decoderSide(values: {
  readonly 'decoder-text': readonly string[];
  readonly 'decoder-texts': string | undefined;
  readonly 'decoder-ids': string | undefined;
}): Promise<{ decoderTexts?: string[]; decoderIds?: number[][] }> {
  if (values['decoder-ids'] !== undefined) {
    refuseFlags('run-model', values, ['decoder-text', 'decoder-texts'], 'with --decoder-ids');
    return { decoderIds: await idRows('run-model', values['decoder-ids']) };
  }
  if (values['decoder-text'].length === 0 && values['decoder-texts'] === undefined) return {};
  return { decoderTexts: await textsOf('run-model', { text: values['decoder-text'], texts: values['decoder-texts'] }) };
}
