/** Where in a model a concept shows: the best score of every layer as a strip, one for each stack. */
import { bestByStack, scaleOf } from '../../protocol/reading';
import type { AnalysisResult, RankingColumns } from '../../protocol/results';
import { layerStrip } from './marks';

/** `▁▅█`, or `enc ▁▅█ dec ▂▁▁`; empty for outside matrices, which have no layers. */
export function layersText(result: AnalysisResult, ranking: RankingColumns): string {
  const scale = scaleOf(ranking);
  return bestByStack(result, ranking)
    .map(({ stack, best }) => `${stack ? `${stack} ` : ''}${layerStrip(best, scale)}`)
    .join(' ');
}
