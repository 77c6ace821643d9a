/** Neurons by what they tell about contexts, as text. */
import type { ContextNeuron, ContextRanking } from '../../protocol/contexts';
import { countText, counted } from '../../protocol/counted';
import { shown } from '../../protocol/errors';
import { rowNoun, scoreText, valueText } from '../../protocol/reading';
import { reasonTexts } from '../../protocol/reasons';
import { gainBar } from './marks';
import type { Palette } from './marks';
import { isWarning, noteText } from './notes';
import { cut, table } from './table';

/** Rows shown of each neuron; files have more. */
const rowsShown = 3;

export function contextsText(rankings: readonly ContextRanking[], paint: Palette, width: number): string {
  const notes = rankings[0]?.provenance.notes.filter(isWarning) ?? [];
  return [...rankings.map((ranking) => rankingText(ranking, paint, width)), ...notes.map((note) => paint.dim(noteText(note))), ''].join(
    '\n',
  );
}

function rankingText(ranking: ContextRanking, paint: Palette, width: number): string {
  const { of, rows, contexts, neurons, taps, parameters, undefined: without, warnings } = ranking;
  const noun = rowNoun(ranking.provenance);
  const n = Number(parameters['n']);
  const luck =
    ranking.null &&
    `the best neuron of a shuffle tells ${scoreText(ranking.null.q95)} (95 % of ${ranking.null.rounds} shuffles stay below)`;
  return [
    `${paint.bold(`contexts of ${n > 1 ? `${n} × ` : ''}${shown(of, 80)}`)}  ${counted(rows, noun)}, ${countText(contexts.distinct)} different, ${countText(contexts.kept)} frequent enough`,
    paint.dim(`information in nats; bars: share of what could be told beyond chance${luck ? `; ${luck}` : ''}`),
    '',
    table(
      neurons.map((neuron) => [
        `  ${neuron.id}`,
        scoreText(neuron.score),
        paint.dim(`chance ${scoreText(neuron.expected)}`),
        paint.gain(gainBar(neuron.adjusted, { chance: 0, best: 1 }, 16)),
        scoreText(neuron.adjusted),
        ...(neuron.p === null ? [] : [paint.dim(`p ${scoreText(neuron.p)}`)]),
      ]),
      { right: [1, 4] },
    ),
    ...neurons.flatMap((neuron) => detailText(neuron, paint, width)),
    ...(taps.length > 1 ? ['', paint.bold('median over the neurons of a tap')] : []),
    ...(taps.length > 1
      ? [table(taps.map(({ tap, median, median_adjusted: share }) => [`  ${tap}`, scoreText(median), paint.gain(gainBar(share, { chance: 0, best: 1 }, 16)), scoreText(share)]), { right: [1, 3] })] // prettier-ignore
      : []),
    ...reasonLines(without).map((line) => paint.dim(line)),
    ...warnings.map((warning) => paint.dim(noteText(warning))),
    '',
  ].join('\n');
}

/** One line for each reason, with the neurons that have it. */
function reasonLines(without: ContextRanking['undefined']): string[] {
  const reasons = [...new Set(without.map(({ reason }) => reason))];
  return reasons.map((reason) => {
    const ids = without.flatMap((each) => (each.reason === reason ? [each.id] : []));
    const others = ids.length > idsShown ? ` and ${counted(ids.length - idsShown, 'other')}` : '';
    return `no score: ${ids.slice(0, idsShown).join(', ')}${others}: ${reasonTexts[reason] ?? reason}`;
  });
}

/** Neurons named that have no score. */
const idsShown = 5;

function detailText({ id, contexts, highest }: ContextNeuron, paint: Palette, width: number): string[] {
  if (!contexts || contexts.length === 0) return [];
  const line = contexts.map(({ context, mean_z: z, share }) => `${shown(context, 40)} ${z >= 0 ? paint.high('▲') : paint.low('▼')}${Math.round(100 * share)} %`); // prettier-ignore
  return [
    '',
    `  ${paint.bold(id)}  tells most about`,
    ...wrapped(line, width - 4).map((text) => `    ${text}`),
    ...(highest ?? []).slice(0, rowsShown).map(({ row, value, sentence }) => cut(`    ${paint.dim(valueText(value))}  ${sentence === undefined ? `row ${row}` : shown(sentence)}`, width)), // prettier-ignore
  ];
}

function wrapped(parts: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length + 2 <= width) lines[lines.length - 1] = `${last}  ${part}`;
    else lines.push(part);
  }
  return lines;
}
