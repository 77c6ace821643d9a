import type { ProbeReport } from '../../protocol/jobs';
import type { RankingColumns } from '../../protocol/results';
import { counted } from '../../protocol/counted';
import { shown } from '../../protocol/errors';
import { fitNumbers, shareText } from '../../protocol/fitReading';
import type { FitNumbers } from '../../protocol/fitReading';
import { rankingDocuments } from '../../study/rankingDocument';
import { usageError, wholeNumber } from '../flags';
import { jsonText, refuseUnwritable } from '../output';
import { absolute } from '../paths';
import { durationText } from '../present/duration';
import { palette } from '../present/marks';
import type { Palette } from '../present/marks';
import { rankingText } from '../present/ranking';
import { table } from '../present/table';
import { questionFlags } from '../rankFlags';
import { rankParams, withModelConcepts } from '../rankParams';
import { defineVerb } from '../verb';

const shownByDefault = 10;

export const probe = defineVerb({
  name: 'probe',
  summary: 'a linear probe of a concept, of several classes or of a number, solved to its optimum; its weights as a matrix',
  example:
    'golgi probe --model media/models/demo-gpt2 --corpus media/corpus/golgi-sample.jsonl --concept rule:digit --layers 4 --set l1=0.001',
  flags: {
    ...questionFlags,
    out: {
      type: 'string',
      value: 'W.npy',
      help: 'weights, classes × neurons with the bias last, of standardised neurons unless standardise=false',
    },
  },
  async run({ values, outside }) {
    const top = values.top === undefined ? undefined : wholeNumber('probe', 'top', values.top, { min: 1, fallback: shownByDefault });
    // One method, whose evidence are the rows held out.
    const quiet = {
      method: methodOf(values),
      null: '0',
      intervals: '0',
      control: false,
      brief: false,
      unit: undefined,
      weights: undefined,
    } as const;
    const rank = rankParams('probe', { ...(await withModelConcepts(values)), ...quiet, out: [] });
    if (values.out !== undefined) {
      const asked = rank.concepts.length + (rank.targets?.length ?? 0);
      if (asked > 1) throw usageError('probe', '--out with several concepts or numbers', 'one of them, or none for all classes');
      await refuseUnwritable('probe', [values.out], ['.npy']);
    }
    const report = await outside.runJob('probe', { rank, ...(values.out === undefined ? {} : { out: absolute(values.out) }) });
    if (values.json) outside.out(jsonText(probeDocument(report, top)));
    else outside.out(probeText(report, { top: top ?? shownByDefault, width: outside.width, paint: palette(outside.colour) }));
  },
});

/** The probe of what is asked: of classes, of numbers, or one of each. */
function methodOf({ concept, target }: { readonly concept: readonly string[]; readonly target: readonly string[] }): string {
  if (target.length === 0) return 'linear';
  return concept.length > 0 ? 'linear,regression' : 'regression';
}

/** The ranking document of each probe with its numbers, its classes and where its weights are. */
function probeDocument({ result, fits, file }: ProbeReport, top: number | undefined): unknown {
  const documents = result.rankings.map((ranking, i) => ({
    ...rankingDocuments({ ...result, rankings: [ranking] }, top),
    kind: 'probe',
    ...ranking.fit,
    classes: fits[i]?.classes ?? [],
    outputs: fits[i]?.outputs ?? [],
    weights_file: file,
  }));
  return documents.length === 1 ? documents[0] : { results: documents };
}

function probeText({ result, fits, file }: ProbeReport, options: { top: number; width: number; paint: Palette }): string {
  const parts = result.rankings.flatMap((ranking, i) => [
    rankingText(result, ranking, options),
    ...(ranking.fit?.['objective'] === null
      ? []
      : [ranking.method === 'regression' ? regressionText(ranking) : numbersText(ranking, fits[i]?.classes ?? []), '']),
  ]);
  return [
    ...parts,
    ...(file === null ? [] : [`weights written to ${shown(file)}`]),
    options.paint.dim(`probed in ${durationText(result.provenance.elapsedMs)}`),
    '',
  ].join('\n');
}

/** Objective and violation of optimality; what is explained of the number, on the rows fitted and held out. */
function regressionText({ fit }: RankingColumns): string {
  const numbers = fitNumbers(fit);
  const size = (name: string): string => numbers.one(name)?.toPrecision(6) ?? '–';
  const rows = [
    ['  ', `fitted (${numbers.count('train_rows')})`, `held out (${numbers.count('eval_rows')})`],
    ['  variance explained (R²)', size('train_r2'), size('eval_r2')],
    ['  correlation', size('train_correlation'), size('eval_correlation')],
    ['  correlation of ranks', '', size('eval_rank_correlation')],
    ['  mean squared error', size('squared_error'), size('eval_squared_error')],
  ];
  return [table(solvedFacts(numbers)), '', table(rows, { right: [1, 2] })].join('\n');
}

/** How well the solver did. */
function solvedFacts(numbers: FitNumbers): string[][] {
  return [
    ['  objective', String(numbers.one('objective'))],
    [
      '  optimality',
      `violated by at most ${numbers.one('violation')?.toExponential(1) ?? '–'} after ${counted(numbers.one('steps') ?? 0, 'step')}`,
    ],
    ['  weights', `${numbers.one('weights') ?? '–'} not zero; none with l1 of ${numbers.one('l1_max')?.toPrecision(3) ?? '–'} or more`],
  ];
}

/** Objective and violation of optimality; accuracies beside who always says the commonest class, then class by class. */
function numbersText({ fit }: RankingColumns, classes: readonly string[]): string {
  const numbers = fitNumbers(fit);
  const [objective = [], ...others] = solvedFacts(numbers);
  const facts = [objective, ['  cross-entropy', `${numbers.one('cross_entropy')?.toPrecision(6) ?? '–'} nats a row`], ...others];
  const rows = classes.map((name, k) => [
    `  ${shown(name, 40)}`,
    shareText(numbers.list('train_class_accuracy')[k]),
    shareText(numbers.list('eval_class_accuracy')[k]),
  ]);
  const all = ['  all', shareText(numbers.one('train_accuracy')), shareText(numbers.one('eval_accuracy'))];
  const majority = ['  always the commonest', shareText(numbers.one('train_majority')), shareText(numbers.one('eval_majority'))];
  const head = ['  accuracy', `fitted (${numbers.count('train_rows')})`, `held out (${numbers.count('eval_rows')})`];
  return [table(facts), '', table([head, all, majority, ...rows], { right: [1, 2] })].join('\n');
}
