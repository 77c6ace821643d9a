/** Many concepts at a glance: one line each, its best neuron, how far above chance and luck, and who else names it. */
import { conceptTitle } from '../../corpus/concepts/concept';
import { countText } from '../../protocol/counted';
import { shown } from '../../protocol/errors';
import { rowNoun, scaleOf, scoreText, standsOut, strength } from '../../protocol/reading';
import type { AnalysisResult, RankingColumns } from '../../protocol/results';
import { layersText } from './layers';
import { gainBar } from './marks';
import type { Palette } from './marks';
import { beside, table } from './table';

const agreeWithin = 10;
const barWidth = 14;
const leastWordsWidth = 16;

/** A concept's line: the ranking by the first method carries it, the others say whether they agree. */
interface Line {
  readonly main: RankingColumns;
  readonly others: readonly RankingColumns[];
  /** Index of the best neuron; undefined where none has a defined score. */
  readonly best: number | undefined;
}

interface Column {
  readonly heading: string;
  readonly right?: true;
  readonly cell: (line: Line) => string;
}

/** One line a concept. Words come last and take what room is left. */
export function briefText(result: AnalysisResult, { width, paint }: { readonly width: number; readonly paint: Palette }): string {
  const lines = linesOf(result);
  if (lines.length === 0) return 'no rankings\n';
  const columns = columnsOf(result, paint);
  const facts = table([columns.map(({ heading }) => paint.dim(heading)), ...lines.map((line) => columns.map(({ cell }) => cell(line)))], {
    right: columns.flatMap(({ right }, c) => (right ? [c] : [])),
  });
  const words = [paint.dim('strongest words'), ...lines.map(strongestWords)];
  const legend = [
    methodsText(lines),
    'chance: what a neuron that knows nothing scores',
    `luck: 95 % of the times the best of ${countText(result.neurons.length)} neurons under shuffled labels stays below`,
  ].join('; ');
  return `${beside(facts, words, { width, least: leastWordsWidth })}\n${paint.dim(legend)}\n`;
}

/** The method whose scores are shown; where not all lines have the same one, which line has which. */
function methodsText(lines: readonly Line[]): string {
  const titles = [...new Set(lines.map(({ main }) => main.title))];
  if (titles.length === 1) return titles.join();
  const conceptsBy = (title: string): string[] =>
    lines.filter(({ main }) => main.title === title).map(({ main }) => shown(conceptTitle(main.concept), 28));
  return titles.map((title) => `${title} of ${conceptsBy(title).join(', ')}`).join('; ');
}

function linesOf({ rankings }: AnalysisResult): Line[] {
  const concepts = new Set(rankings.map(({ concept }) => concept));
  return [...concepts].flatMap((asked) => {
    const [main, ...others] = rankings.filter(({ concept }) => concept === asked);
    if (!main) return [];
    const first = main.order[0];
    return [{ main, others, best: first !== undefined && typeof main.score[first] === 'number' ? first : undefined }];
  });
}

/** The columns before the words, left to right. */
function columnsOf(result: AnalysisResult, paint: Palette): Column[] {
  const scored =
    (cell: (ranking: RankingColumns, best: number, others: Line['others']) => string, otherwise = '') =>
    ({ main, best, others }: Line): string =>
      best === undefined ? otherwise : cell(main, best, others);
  const severalMethods = result.rankings.some(({ method }) => method !== result.rankings[0]?.method);
  return [
    { heading: 'concept', cell: ({ main }) => paint.bold(shown(conceptTitle(main.concept), 28)) },
    { heading: `${rowNoun(result.provenance)}s`, right: true, cell: ({ main }) => countText(main.support.positive) },
    { heading: 'chance', right: true, cell: ({ main }) => scoreText(main.chance) },
    { heading: 'luck', right: true, cell: ({ main }) => scoreText(main.null && strength(main, main.null.q95)) },
    {
      heading: 'score',
      right: true,
      cell: scored((main, best) => (standsOut(main) === false ? paint.dim : paint.bold)(scoreText(main.score[best] ?? null)), '–'),
    },
    {
      heading: 'gain over chance',
      cell: scored((main, best) => paint.gain(gainBar(strength(main, main.score[best] ?? null), scaleOf(main), barWidth))),
    },
    { heading: 'by layer', cell: scored((main) => paint.gain(layersText(result, main))) },
    { heading: 'best neuron', cell: scored((_main, best) => shown(result.neurons[best] ?? ''), 'none has a defined score') },
    { heading: '', cell: scored((main, best) => sideText(main, best, paint)) },
    ...(severalMethods ? [{ heading: 'also by', cell: scored((_main, best, others) => agreeing(others, best)) }] : []),
  ];
}

/** Which side of the neuron marks the concept, unless luck would do as well. */
function sideText(main: RankingColumns, best: number, paint: Palette): string {
  if (standsOut(main) === false) return paint.low('no better than luck');
  return main.direction[best] === -1 ? paint.low('▼') : paint.high('▲');
}

/** The methods that have a neuron among their ten best. */
function agreeing(others: readonly RankingColumns[], neuron: number): string {
  const methods = others.filter(({ order }) => order.slice(0, agreeWithin).includes(neuron)).map(({ method }) => method);
  return methods.join(' ') || '–';
}

/** The words on which the best neuron is strongest; the reason where there is no best neuron. */
function strongestWords({ main, best }: Line): string {
  if (best === undefined) return main.warnings.join('; ');
  const evidence = main.focus.find(({ neuron }) => neuron === best);
  return (evidence?.topWords ?? []).map(({ text }) => shown(text)).join(' ');
}
