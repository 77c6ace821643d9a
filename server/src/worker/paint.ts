import { paintScale, paintStep } from '../study/paintScale';
import { tapText } from '../protocol/neurons';
import { neuronOf } from './neuronOf';
import { withStudy } from './openStudy';
import type { JobHandler } from './serve';

/** Values of a neuron on the words of some lines, on the scale of the whole corpus. Steps of 0 are left out. */
export const paint: JobHandler<'paint'> = async ({ neuron, lines, ...ref }) =>
  withStudy(ref, async (study) => {
    const { point, unit } = neuronOf(study.model, neuron);
    const run = await study.stored(point.tap, point.layer);
    if (!run) return { kind: 'not stored', taps: [tapText(point)] };
    const { values, sorted } = await study.column(run, point, unit);
    const { rowOfWord } = await study.rows(run);
    const scale = paintScale(sorted.values, point.tap);
    const placed = study.map.onLines(lines);
    const steps = Int8Array.from(placed.word, (word) => {
      const row = rowOfWord[word] ?? -1;
      return row < 0 ? 0 : paintStep(values[row] ?? Number.NaN, scale);
    });
    const painted = Array.from(steps.keys()).filter((i) => steps[i] !== 0);
    const pick = (column: Int32Array): Int32Array => Int32Array.from(painted, (i) => column[i] ?? 0);
    return {
      kind: 'painted',
      word: pick(placed.word),
      line: pick(placed.line),
      start: pick(placed.start),
      end: pick(placed.end),
      value: Float32Array.from(painted, (i) => values[rowOfWord[placed.word[i] ?? 0] ?? 0] ?? 0),
      step: Int8Array.from(painted, (i) => steps[i] ?? 0),
      scale,
    };
  });
