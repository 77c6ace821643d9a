/** Many concepts at a glance: one line each, its best neuron, how far above chance and luck, and who else names it. */
import { countText } from '../../protocol/counted';
import { shown } from '../../protocol/errors';
import { bestByLayer, scaleOf, scoreText, standsOut, strength } from '../../protocol/reading';
import type { AnalysisResult, RankingColumns } from '../../protocol/results';
import { gainBar, layerStrip } from './marks';
import type { Palette } from './marks';
import { cells, cut, table } from './table';

const agreeWithin = 10;

/** The first method asked for carries the line; the others say whether that neuron is among their ten best. */
export function briefText(result: AnalysisResult, options: { readonly width: number; readonly paint: Palette }): string {
  const { paint } = options;
  const concepts = [...new Set(result.rankings.map(({ concept }) => concept))];
  const first = result.rankings[0];
  if (!first) return 'no rankings\n';
  const methods = [...new Set(result.rankings.map(({ method }) => method))];
  const header = [
    'concept',
    'words',
    'chance',
    'luck',
    'score',
    'gain over chance',
    'by layer',
    'best neuron',
    '',
    methods.length > 1 ? 'also by' : '',
    'strongest words',
  ];
  const rows = concepts.map((concept) => {
    const rankings = result.rankings.filter((ranking) => ranking.concept === concept);
    const main = rankings[0];
    return main ? row(main, rankings.slice(1)) : [];
  });
  const fixed = table([header.slice(0, -1).map(paint.dim), ...rows.map((cellsOf) => cellsOf.slice(0, -1))], { right: [1, 2, 3, 4] }).split(
    '\n',
  );
  const used = Math.max(...fixed.map(cells));
  const words = [paint.dim('strongest words'), ...rows.map((cellsOf) => cellsOf.at(-1) ?? '')];
  const lines = fixed.map((line, i) =>
    `${line}${' '.repeat(used - cells(line))}  ${cut(words[i] ?? '', Math.max(16, options.width - used - 2))}`.trimEnd(),
  );
  const best = `${first.title}; chance: what a neuron that knows nothing scores; luck: 95 % of the times the best of ${countText(result.neurons.length)} neurons under shuffled labels stays below`;
  return `${lines.join('\n')}\n${paint.dim(best)}\n`;

  function row(main: RankingColumns, others: readonly RankingColumns[]): string[] {
    const scale = scaleOf(main);
    const neuron = main.order[0];
    const score = neuron === undefined ? null : (main.score[neuron] ?? null);
    const name = shown(main.concept, 28);
    const common = [
      name,
      countText(main.support.positive),
      scoreText(main.chance),
      scoreText(main.null ? strength(main, main.null.q95) : null),
    ];
    if (neuron === undefined || score === null)
      return [...common, '–', '', '', 'none has a defined score', '', '', main.warnings.join('; ')];
    const agreeing = others.filter(({ order }) => order.slice(0, agreeWithin).includes(neuron)).map(({ method }) => method);
    const evidence = main.focus.find((focus) => focus.neuron === neuron);
    const up = main.direction[neuron] !== -1;
    return [
      paint.bold(name),
      ...common.slice(1),
      standsOut(main) === false ? paint.dim(scoreText(score)) : paint.bold(scoreText(score)),
      paint.gain(gainBar(strength(main, score), scale, 14)),
      paint.gain(layerStrip(bestByLayer(result, main), scale)),
      shown(result.neurons[neuron] ?? ''),
      standsOut(main) === false ? paint.low('no better than luck') : up ? paint.high('▲') : paint.low('▼'),
      others.length ? `${agreeing.join(' ') || '–'}` : '',
      (evidence?.topWords ?? []).map(({ text }) => shown(text)).join(' '),
    ];
  }
}
