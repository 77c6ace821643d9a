import { shown } from '../../protocol/errors';
import type { Proposals } from '../../protocol/proposals';
import { refuseFlags, wholeNumber } from '../flags';
import { activationFlags, activationSpec, corpusFlags, corpusRef, firstPosition, firstPositionFlag, modelFlags, modelRef, parameterPairs } from '../inputs'; // prettier-ignore
import { conceptFile } from '../keptConcepts';
import { csvCell, jsonText, refuseUnwritable, writeByEnding } from '../output';
import { cacheFolder } from '../paths';
import { palette } from '../present/marks';
import { proposalsText } from '../present/proposals';
import { defineVerb } from '../verb';

const outEndings = ['.json', '.csv'] as const;
const keepEndings = ['.concepts', '.txt'] as const;

export const propose = defineVerb({
  name: 'propose',
  summary: 'concepts that nobody labelled: words that a neuron tells from all others, tried on sentences left out',
  positionals: '[ID…]',
  example: 'golgi propose --model media/models/demo-gpt2 --corpus media/corpus/golgi-sample.jsonl --taps ffn --layers 2',
  flags: {
    ...modelFlags,
    ...corpusFlags,
    ...activationFlags,
    ...firstPositionFlag,
    set: { type: 'string', multiple: true, value: 'NAME=VALUE', help: 'most, min-count, shrink or side; see golgi methods word-set' },
    labelled: { type: 'boolean', help: 'also propose what a label of the corpus covers by half' },
    null: { type: 'string', value: 'ROUNDS', help: 'shuffles for the null of the best neuron (default 20, 0 for none)' },
    seed: { type: 'string', value: 'N', help: 'seed of the choice of sentences that are left out (default 1)' },
    top: { type: 'string', value: 'N', help: 'proposals (default 20)' },
    keep: { type: 'string', value: 'FILE', help: '.concepts or .txt: the proposals as named concepts, for --concept @FILE of other verbs' },
    out: { type: 'string', multiple: true, value: 'FILE', help: '.json or .csv' },
  },
  async run({ values, positionals, outside }) {
    if (positionals.length > 0) refuseFlags('propose', values, ['taps', 'layers'], 'beside neurons');
    const params = {
      model: modelRef('propose', values),
      corpus: corpusRef('propose', values),
      activations: activationSpec('propose', values),
      cache: cacheFolder(values.cache),
      ...firstPosition('propose', values),
      ...(positionals.length > 0 && { neurons: positionals.join(',') }),
      parameters: Object.fromEntries(parameterPairs('propose', values.set).map(({ name, value }) => [name, value])),
      top: wholeNumber('propose', 'top', values.top, { min: 1, max: 10_000, fallback: 20 }),
      labelled: values.labelled,
      rounds: wholeNumber('propose', 'null', values.null, { min: 0, max: 200, fallback: 20 }),
      seed: wholeNumber('propose', 'seed', values.seed, { min: 0, fallback: 1 }),
    };
    await refuseUnwritable('propose', values.out, outEndings);
    if (values.keep !== undefined) await refuseUnwritable('propose', [values.keep], keepEndings, 'keep');
    const result = await outside.runJob('propose', params);
    for (const path of values.out) {
      const file = await writeByEnding('propose', path, { '.json': () => jsonText(result), '.csv': () => csvOf(result) });
      outside.error(`written to ${file}\n`);
    }
    if (values.keep !== undefined) {
      const content = (): string => keptText(result);
      outside.error(`written to ${await writeByEnding('propose', values.keep, { '.concepts': content, '.txt': content }, 'keep')}\n`);
    }
    if (values.json) outside.out(jsonText(result));
    else if (values.out.length === 0) outside.out(proposalsText(result, palette(outside.colour), outside.width));
  },
});

function keptText({ proposals, provenance: { golgi, created, model, corpus } }: Proposals): string {
  const about = [
    'Concepts, one a line: a name, :=, and what it is. Lines may be removed, renamed and changed; golgi takes them as --concept @FILE.',
    shown(`Proposed by golgi ${golgi} on ${created} from neurons of ${model?.name ?? ''} over ${corpus?.files.join(', ') ?? ''}.`, 2000),
  ];
  const lines = proposals.flatMap(({ concept, neuron, direction, ap, chance }) => [
    `# ${neuron} ${direction === 1 ? 'high' : 'low'}; average precision ${ap.toFixed(3)} in sentences left out, chance ${chance.toFixed(3)}`,
    concept,
  ]);
  return conceptFile(about, lines);
}

/** One line a proposal. */
function csvOf({ proposals }: Proposals): string {
  const head = ['name', 'neuron', 'direction', 'score', 'p', 'fitted', 'ap', 'chance', 'positive', 'also', 'nearest', 'overlap', 'concept'];
  const lines = proposals.map(({ name, neuron, direction, score, p, fitted, ap, chance, support, also, nearest, concept }) => [
    ...[name, neuron, direction, score, p, fitted, ap, chance, support.positive, also.join(' ')],
    ...[nearest?.concept ?? null, nearest?.overlap ?? null, concept],
  ]);
  return `${[head, ...lines].map((line) => line.map((cell) => csvCell(cell)).join(',')).join('\n')}\n`;
}
