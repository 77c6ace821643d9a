import { shown } from '../../protocol/errors';
import { editFlags, editsOf } from '../edits';
import { wholeNumber } from '../flags';
import { modelFlags, modelRef } from '../inputs';
import { jsonText } from '../output';
import { table } from '../present/table';
import { textsOf } from '../texts';
import { defineVerb } from '../verb';

export const fill = defineVerb({
  name: 'fill',
  summary: 'the most likely words for every mask of a text, with neurons edited if asked for',
  example: 'golgi fill --model media/models/demo-bert --text "The capital of France is [MASK]." --edit L3.ffn.12=0',
  flags: {
    ...modelFlags,
    text: { type: 'string', multiple: true, value: 'TEXT', help: 'a text with the mask token of the model, such as [MASK] or <mask>' },
    texts: { type: 'string', value: 'FILE', help: 'a JSON array of texts, or one text a line; run as one padded batch' },
    top: { type: 'string', value: 'N', help: 'candidates for each mask (default 5)' },
    ...editFlags,
  },
  async run({ values, outside }) {
    const model = modelRef('fill', values);
    const texts = await textsOf('fill', values);
    const top = wholeNumber('fill', 'top', values.top, { min: 1, max: 1000, fallback: 5 });
    const filled = await outside.runJob('fill', { model, texts, ...editsOf('fill', values), top });
    if (values.json) {
      outside.out(jsonText({ texts: filled }));
      return;
    }
    for (const { text, masks } of filled) {
      outside.out(`${shown(text)}\n`);
      masks.forEach(({ position, candidates }) => {
        const rows = candidates.map(({ piece, probability, logit }) => [`  ${shown(piece, 60)}`, probability.toFixed(4), logit.toFixed(3), '█'.repeat(Math.round(probability * 20))]); // prettier-ignore
        outside.out(`${table([[`  @${position}`, 'probability', 'logit', ''], ...rows], { right: [1, 2] })}\n\n`);
      });
    }
  },
});
