/** What is known of a fit as a whole, in the lines below its ranking. Which numbers there are depends on the method. */
import { countText } from '../../protocol/counted';
import { shown } from '../../protocol/errors';
import { fitSentences } from '../../protocol/fitReading';
import { classOrder } from '../../protocol/reading';
import type { AnalysisResult, RankingColumns } from '../../protocol/results';
import { table } from './table';

/** Sentences about the fit, and where the weight of its classes lies; none where nothing was fitted. */
export function fitText(result: AnalysisResult, ranking: RankingColumns): string[] {
  return [...fitSentences(ranking), ...classLines(result, ranking)].map((line) => `  ${line}`);
}

const shownOfClass = 5;

/** Of each class, in how few neurons half of its weight lies, and the first of them. */
function classLines({ neurons }: AnalysisResult, { perClass = [] }: RankingColumns): string[] {
  if (perClass.length === 0) return [];
  const rows = perClass.map(({ name, score }) => {
    const order = classOrder(score);
    const half = order.filter((neuron) => (score[neuron] ?? 1) < 0.5).length;
    const first = order.slice(0, shownOfClass).map((neuron) => shown(neurons[neuron] ?? ''));
    return [shown(name, 40), countText(half), countText(order.length), first.join(' ')];
  });
  return table([['class', 'half its weight', 'all', 'first neurons'], ...rows], { right: [1, 2] }).split('\n');
}
