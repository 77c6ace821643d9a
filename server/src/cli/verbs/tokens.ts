import { shown } from '../../protocol/errors';
import { required } from '../flags';
import { modelFlags, modelRef } from '../inputs';
import { jsonText } from '../output';
import { table } from '../present/table';
import { textsOf } from '../texts';
import { defineVerb } from '../verb';

export const tokens = defineVerb({
  name: 'tokens',
  summary: 'tokens of a text: id, piece, source span in UTF-16 units, word',
  example: 'golgi tokens --model media/models/demo-bert --text "She does not know."',
  flags: {
    ...modelFlags,
    text: { type: 'string', multiple: true, value: 'TEXT', help: 'a text' },
    texts: { type: 'string', value: 'FILE', help: 'a JSON array of texts, or one text a line' },
  },
  async run({ values, outside }) {
    required('tokens', 'model', values.model);
    const texts = await textsOf('tokens', values);
    const tables = await outside.runJob('tokens', { model: modelRef('tokens', values), texts });
    const single = values.texts === undefined && texts.length === 1;
    if (values.json) {
      const documents = tables.map(({ tokens: rows, approximate }) => (approximate ? { tokens: rows, approximate } : { tokens: rows }));
      outside.out(jsonText(single ? documents[0] : documents));
      return;
    }
    tables.forEach(({ tokens: rows, approximate }, i) => {
      const header = ['#', 'id', 'piece', 'span', 'word'];
      const cells = rows.map((row, t) => [
        String(t),
        String(row.id),
        shown(row.piece),
        row.special ? '' : `${row.start}–${row.end} ${JSON.stringify(texts[i]?.slice(row.start, row.end) ?? '')}`,
        row.word === null ? (row.special ? 'special' : '') : String(row.word),
      ]);
      outside.out(
        `${table([header, ...cells], { right: [0, 1] })}\n${approximate ? 'spans are approximate: this tokenizer’s normalisation cannot be undone\n' : ''}\n`,
      );
    });
  },
});
