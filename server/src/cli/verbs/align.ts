import { shown } from '../../protocol/errors';
import type { Alignments } from '../../protocol/alignment';
import { usageError, wholeNumber } from '../flags';
import { activationFlags, activationSpec, corpusFlags, corpusRef, firstPosition, firstPositionFlag, modelFlags, modelRef, parameterPairs } from '../inputs'; // prettier-ignore
import { conceptFile } from '../keptConcepts';
import { csvCell, jsonText, refuseUnwritable, writeByEnding } from '../output';
import { cacheFolder } from '../paths';
import { alignmentsText } from '../present/alignments';
import { palette } from '../present/marks';
import { defineVerb } from '../verb';

const { words, dtype } = activationFlags;
const outEndings = ['.json', '.csv'] as const;
const keepEndings = ['.concepts', '.txt'] as const;

export const align = defineVerb({
  name: 'align',
  summary: 'words, phrases and sub-words that drive neurons by themselves, when a text repeats nothing else',
  positionals: 'ID…',
  example: 'golgi align L2.ffn.46 --model media/models/demo-gpt2 --corpus media/corpus/golgi-sample.jsonl',
  flags: {
    ...modelFlags,
    ...corpusFlags,
    words,
    dtype,
    ...firstPositionFlag,
    set: { type: 'string', multiple: true, value: 'NAME=VALUE', help: 'a parameter of the method; see golgi methods replication' },
    seed: { type: 'string', value: 'N', help: 'seed of the control texts (default 1)' },
    top: { type: 'string', value: 'N', help: 'candidates listed of each neuron (default 8 in text, 50 in files and JSON)' },
    keep: {
      type: 'string',
      value: 'FILE',
      help: '.concepts or .txt: the best candidates as named concepts, for --concept @FILE of other verbs',
    },
    out: { type: 'string', multiple: true, value: 'FILE', help: '.json or .csv' },
  },
  async run({ values, positionals, outside }) {
    if (positionals.length === 0) throw usageError('align', 'no neuron', 'one or more, such as L3.ffn.12');
    const inText = !values.json && values.out.length === 0;
    const spec = activationSpec('align', { ...values, taps: undefined, layers: undefined });
    const params = {
      model: modelRef('align', values),
      corpus: corpusRef('align', values),
      words: spec.words,
      dtype: spec.dtype,
      cache: cacheFolder(values.cache),
      ...firstPosition('align', values),
      neurons: positionals.join(','),
      parameters: Object.fromEntries(parameterPairs('align', values.set).map(({ name, value }) => [name, value])),
      top: wholeNumber('align', 'top', values.top, { min: 1, max: 100_000, fallback: inText ? 8 : 50 }),
      seed: wholeNumber('align', 'seed', values.seed, { min: 0, fallback: 1 }),
    };
    await refuseUnwritable('align', values.out, outEndings);
    if (values.keep !== undefined) await refuseUnwritable('align', [values.keep], keepEndings, 'keep');
    const result = await outside.runJob('align', params);
    for (const path of values.out) {
      const file = await writeByEnding('align', path, { '.json': () => jsonText(result), '.csv': () => csvOf(result) });
      outside.error(`written to ${file}\n`);
    }
    if (values.keep !== undefined) {
      const content = (): string => keptText(result);
      outside.error(`written to ${await writeByEnding('align', values.keep, { '.concepts': content, '.txt': content }, 'keep')}\n`);
    }
    if (values.json) outside.out(jsonText(result));
    else if (inText) outside.out(alignmentsText(result, palette(outside.colour), outside.width));
  },
});

function keptText({ neurons, provenance: { golgi, created, model, corpus } }: Alignments): string {
  const about = [
    'Concepts, one a line: a name, :=, and what it is. Lines may be removed, renamed and changed; golgi takes them as --concept @FILE.',
    shown(
      `What drives neurons of ${model?.name ?? ''} by itself, from ${corpus?.files.join(', ') ?? ''}; golgi ${golgi}, ${created}.`,
      2000,
    ),
  ];
  return conceptFile(
    about,
    neurons.flatMap(({ id, direction, concepts }) => [
      `# ${id} ${direction === 1 ? 'high' : 'low'}${concepts.length === 0 ? ': no candidate is beyond the controls' : ''}`,
      ...concepts,
    ]),
  );
}

/** One line a candidate. */
function csvOf({ neurons, undefined: without }: Alignments): string {
  const head = ['neuron', 'candidate', 'kind', 'score', 'z', 'controls_reached', 'selectivity', 'difference', 'sentences', 'reason'];
  const lines = [
    ...neurons.flatMap(({ id, candidates }) =>
      candidates.map(({ text, kind, score, z, controls_reached: reached, selectivity }) => [
        ...[id, text, kind, score, z, reached],
        ...[selectivity?.score ?? null, selectivity?.difference ?? null, selectivity?.sentences ?? null, null],
      ]),
    ),
    ...without.map(({ id, reason }) => [id, ...head.slice(2).map(() => null), reason]),
  ];
  return `${[head, ...lines].map((line) => line.map((cell) => csvCell(cell)).join(',')).join('\n')}\n`;
}
