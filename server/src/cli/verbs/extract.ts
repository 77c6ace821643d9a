import { counted } from '../../protocol/counted';
import { problemLine, shown } from '../../protocol/errors';
import type { ExtractParams, ExtractSummary } from '../../protocol/jobs';
import { activationFlags, activationSpec, corpusFlags, corpusRef, modelFlags, modelRef, shardOf } from '../inputs';
import { required, usageError } from '../flags';
import { intoFolder, jsonText } from '../output';
import { absolute, cacheFolder } from '../paths';
import { durationText } from '../present/duration';
import { table } from '../present/table';
import { defineVerb } from '../verb';

export const extract = defineVerb({
  name: 'extract',
  summary: 'activations of a corpus as .npy per layer and tap, with a manifest and a word table',
  example: 'golgi extract --model media/models/demo-gpt2 --corpus media/corpus/golgi-sample.jsonl --taps ffn --out activations',
  flags: {
    ...modelFlags,
    ...corpusFlags,
    ...activationFlags,
    out: { type: 'string', value: 'DIR', help: 'folder to write; without it activations are only put into the cache' },
    shard: { type: 'string', value: 'i/n', help: 'only the i-th of n parts, to be joined by golgi merge' },
    resume: { type: 'boolean', help: 'go on from what an earlier run stored (always done; kept for scripts)' },
  },
  async run({ values, outside }) {
    const shard = shardOf('extract', values.shard);
    const params: ExtractParams = {
      model: modelRef('extract', values),
      corpus: corpusRef('extract', values),
      activations: activationSpec('extract', values),
      cache: cacheFolder(values.cache),
      ...(shard ? { shard } : {}),
    };
    const summary =
      values.out === undefined
        ? await outside.runJob('extract', params)
        : await intoFolder(values.out, (out) => outside.runJob('extract', { ...params, out }));
    outside.out(values.json ? jsonText(summary) : summaryText(summary));
  },
});

export const merge = defineVerb({
  name: 'merge',
  summary: 'joins the parts that golgi extract --shard made elsewhere',
  positionals: 'DIR…',
  example: 'golgi merge part1 part2 --out activations',
  flags: { out: { type: 'string', value: 'DIR', help: 'folder to write' } },
  async run({ values, positionals, outside }) {
    if (positionals.length === 0) throw usageError('merge', 'no folder', 'the folders of all parts');
    const folders = positionals.map(absolute);
    const summary = await intoFolder(required('merge', 'out', values.out), (out) => outside.runJob('merge', { folders, out }));
    outside.out(values.json ? jsonText(summary) : summaryText(summary));
  },
});

/** What was extracted, in a few lines. */
function summaryText(summary: ExtractSummary): string {
  const lines = [
    `${counted(summary.rows, 'row')} from ${counted(summary.words, 'word')}${summary.sentences === null ? '' : ` in ${counted(summary.sentences, 'sentence')}`}, ${durationText(summary.elapsedMs)}`,
    summary.dropped ? `${counted(summary.dropped, 'word')} got no token and no row` : '',
    summary.computedWords < summary.words ? `${counted(summary.words - summary.computedWords, 'word')} were in the store already` : '',
    ...summary.notes.map((note) => shown(note)),
    ...summary.warnings.map((warning) => `warning: ${problemLine(warning)}`),
    table(summary.taps.map((tap) => [`  ${tap.id}`, counted(tap.width, 'neuron'), tap.file ?? ''])),
    summary.out ? `written to ${summary.out}` : 'kept in the cache; golgi rank reads it from there',
  ];
  return `${lines.filter(Boolean).join('\n')}\n`;
}
