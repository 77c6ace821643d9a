import { countText, counted } from '../../protocol/counted';
import { problemLine, shown } from '../../protocol/errors';
import type { ConceptRow } from '../../protocol/jobs';
import type { CorpusSummary } from '../../protocol/sources';
import { corpusFlags, corpusRef } from '../inputs';
import { csvCell, jsonText, writeByEnding } from '../output';
import { cut, table } from '../present/table';
import { defineVerb } from '../verb';

export const concepts = defineVerb({
  name: 'concepts',
  summary: 'concepts of a corpus with counts, source and reliability',
  example: 'golgi concepts --corpus media/corpus/golgi-sample.jsonl',
  flags: { ...corpusFlags, out: { type: 'string', value: 'FILE', help: 'a .json or .csv file' } },
  async run({ values, outside }) {
    const { corpus, concepts: rows } = await outside.runJob('concepts', { corpus: corpusRef('concepts', values) });
    if (values.out !== undefined) {
      const file = await writeByEnding('concepts', values.out, {
        '.json': () => jsonText({ corpus, concepts: rows }),
        '.csv': () => conceptsCsv(rows),
      });
      outside.out(`written to ${file}\n`);
      return;
    }
    outside.out(values.json ? jsonText({ corpus, concepts: rows }) : conceptsText(corpus, rows));
  },
});

/** What was read and how: one header for every verb that reads a corpus. */
function corpusText(corpus: CorpusSummary): string {
  return [
    `${corpus.files.map((file) => shown(file)).join(', ')}: ${corpus.format}, ${counted(corpus.sentences, 'sentence')}, ${counted(corpus.words, 'word')}`,
    ...corpus.notes.map((note) => shown(note)),
    ...corpus.warnings.map((warning) => `warning: ${problemLine(warning)}`),
  ].join('\n');
}

/** Values of an attribute beyond which only the commonest are listed: a tag set is seen whole, a dictionary of lemmas is not. */
const wholeUpTo = 100;
const shownOfMany = 20;

function conceptsText(corpus: CorpusSummary, rows: readonly ConceptRow[]): string {
  const attributes = [...new Set(rows.map(({ attribute }) => attribute))];
  const cells = attributes.flatMap((attribute) => attributeCells(rows.filter((row) => row.attribute === attribute)));
  const lines = table([['concept', 'words', 'share', 'source', ''], ...cells], { right: [1, 2] });
  return `${[corpusText(corpus), lines, ...taggersText(rows)].join('\n\n')}\n`;
}

/** The rows of an attribute, commonest first, and how many were left out. */
function attributeCells(rows: readonly ConceptRow[]): string[][] {
  const listed = rows.length > wholeUpTo ? rows.slice(0, shownOfMany) : rows;
  const left = rows.length - listed.length;
  return [
    ...listed.map(conceptCells),
    ...(left > 0 ? [[`  … and ${countText(left)} more of ${shown(rows[0]?.attribute ?? '', 60)}, listed by --json and --out`]] : []),
  ];
}

function conceptCells(row: ConceptRow): string[] {
  return [
    `  ${shown(row.concept, 60)}`,
    countText(row.count),
    `${((100 * row.count) / Math.max(1, row.words)).toFixed(1)} %`,
    row.source === 'automatic' ? cut(row.reliability ?? 'automatic', 36) : row.source,
    row.note ?? '',
  ];
}

/** Which tagger an attribute comes from, once for each and not in every row. */
function taggersText(rows: readonly ConceptRow[]): string[] {
  const taggers = new Map(rows.flatMap(({ attribute, tagger }): [string, string][] => (tagger ? [[attribute, tagger]] : [])));
  if (taggers.size === 0) return [];
  return [[...taggers].map(([attribute, tagger]) => `${shown(attribute, 60)}: automatic, by ${tagger}`).join('\n')];
}

function conceptsCsv(rows: readonly ConceptRow[]): string {
  const lines = rows.map((row) =>
    [row.concept, row.attribute, row.count, row.words, row.source, row.tagger ?? '', row.reliability ?? ''].map(csvCell).join(','),
  );
  return `concept,attribute,count,words,source,tagger,reliability\n${lines.join('\n')}\n`;
}
