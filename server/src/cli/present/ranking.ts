/** A ranking as a table to read in a terminal. Pure: result in, text out. */
import { countText, counted } from '../../protocol/counted';
import { shown } from '../../protocol/errors';
import { reasonTexts } from '../../protocol/reasons';
import type { AnalysisResult, FocusEvidence, RankingColumns } from '../../protocol/results';
import { rowNoun, scaleOf, scoreText, standsOut, strength } from '../../protocol/reading';
import { fitText } from './fit';
import { layersText } from './layers';
import { gainBar } from './marks';
import type { Palette } from './marks';
import { cut, table } from './table';

const barWidth = 16;

/** One concept by one method: what was asked and its chance, then the neurons, then what to doubt. */
export function rankingText(
  result: AnalysisResult,
  ranking: RankingColumns,
  options: { readonly top: number; readonly width: number; readonly paint: Palette },
): string {
  const { paint } = options;
  const scale = scaleOf(ranking);
  const evidence = new Map(ranking.focus.map((focus) => [focus.neuron, focus]));
  const shownNeurons = ranking.order.filter((neuron) => ranking.score[neuron] !== null).slice(0, options.top);
  const rows = shownNeurons.map((neuron, place) => neuronRow(neuron, place + 1));
  const strip = layersText(result, ranking);
  const asked = ranking.support.positive + ranking.support.negative;
  const facts = [
    `chance ${scoreText(ranking.chance)}`,
    ranking.null ? `best by luck ${scoreText(ranking.null.q95)}` : '',
    ranking.control ? `best with shuffled weights ${scoreText(ranking.control.best)}` : '',
    // Of given weights no rows are known.
    asked > 0 ? `${countText(ranking.support.positive)} of ${counted(asked, rowNoun(result.provenance))}` : '',
    ranking.labels.source === 'automatic'
      ? `labels: ${ranking.labels.tagger ?? 'automatic'}${ranking.labels.reliability ? ` (${ranking.labels.reliability})` : ''}`
      : `labels: ${ranking.labels.source}`,
  ];
  const head = `${paint.bold(shown(ranking.concept))}  ${ranking.title}${strip ? `  ${paint.gain(strip)} ${paint.dim('by layer')}` : ''}\n${paint.dim(`  ${facts.filter(Boolean).join(' · ')}`)}`;
  const experts = expertsText(ranking);
  if (shownNeurons.length === 0) return `${head}\n  no neuron has a defined score: ${undefinedReasons(ranking)}\n`;
  const header = [
    '  #',
    'neuron',
    'score',
    'gain over chance',
    '',
    '95 %',
    ranking.q ? 'q' : '',
    'against',
    'commonest hit',
    'strongest words',
  ].map(paint.dim);
  const fit = fitText(result, ranking);
  return [head, ...experts.map(paint.dim), table([header, ...rows], { right: [2] }), ...fit, ...verdicts(), ''].join('\n');

  function neuronRow(neuron: number, place: number): string[] {
    const focus = evidence.get(neuron);
    const score = ranking.score[neuron] ?? null;
    const up = (ranking.direction[neuron] ?? 1) === 1;
    return [
      String(place).padStart(3),
      shown(result.neurons[neuron] ?? ''),
      scoreText(score),
      paint.gain(gainBar(strength(ranking, score), scale, barWidth)),
      up ? paint.high('▲ high') : paint.low('▼ low'),
      focus?.interval ? `${scoreText(focus.interval[0])}–${scoreText(focus.interval[1])}` : '',
      ranking.q ? qText(ranking.q[neuron] ?? null) : '',
      ranking.against ? scoreText(ranking.against.score[neuron] ?? null) : '',
      focus?.word ? commonest(focus.word) : '',
      cut((focus?.topWords ?? []).map(({ text }) => shown(text)).join(' '), 44),
    ];
  }

  function verdicts(): string[] {
    const notes = [...ranking.warnings];
    if (standsOut(ranking) === false) {
      notes.push('no neuron stands out: the best is no better than the best of as many neurons under shuffled labels');
    }
    return notes.map((note) => `  ${paint.low('!')} ${note}`);
  }
}

/** `experts: 20 neurons reach .9, 45 .8`, from the highest level that any reaches; no line where none does. */
function expertsText({ experts = [] }: RankingColumns): string[] {
  const reached = experts.filter(({ neurons }) => neurons > 0).reverse();
  if (reached.length === 0) return [];
  const levels = reached.map(
    ({ level, neurons }, i) => `${i === 0 ? `${counted(neurons, 'neuron')} reach` : countText(neurons)} ${scoreText(level, 1)}`,
  );
  return [`  experts: ${levels.join(', ')}`];
}

/** `.003`, `<.001`, a dash where undefined. */
function qText(q: number | null): string {
  if (q === null) return '–';
  return q < 0.001 ? '<.001' : scoreText(q, q < 0.1 ? 3 : 2);
}

function commonest({ text, share, scoreWithout, chanceWithout = null }: NonNullable<FocusEvidence['word']>): string {
  const chance = chanceWithout === null ? '' : ` (chance ${scoreText(chanceWithout)})`;
  return `${cut(shown(text), 12)} ${Math.round(100 * share)} %${scoreWithout === null ? '' : `, without ${scoreText(scoreWithout)}${chance}`}`;
}

function undefinedReasons(ranking: RankingColumns): string {
  const counts = new Map<string, number>();
  for (const reason of Object.values(ranking.undefined)) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return (
    [...counts].map(([reason, count]) => `${reasonTexts[reason] ?? shown(reason)} (${counted(count, 'neuron')})`).join(', ') ||
    'nothing was asked'
  );
}
