import { tapText } from '../protocol/neurons';
import { neuronOf } from './neuronOf';
import { withStudy } from './openStudy';
import type { JobHandler } from './serve';

const mostPlaces = 100;

/** Where a neuron is strongest: one word a sentence, of those that have a place in the file, strongest first. */
export const findNeuron: JobHandler<'find'> = async ({ neuron, side, ...ref }) =>
  withStudy(ref, async (study) => {
    const { point, unit } = neuronOf(study.model, neuron);
    const run = await study.stored(point.tap, point.layer);
    if (!run) return { kind: 'not stored', taps: [tapText(point)] };
    const { sorted } = await study.column(run, point, unit);
    const { facts } = await study.rows(run);
    const { line, start, end } = study.map.first;
    const sentences = new Set<number>();
    const found: { word: number; value: number }[] = [];
    const n = sorted.rows.length;
    for (let i = 0; i < n && found.length < mostPlaces; i++) {
      const at = side === 'high' ? n - 1 - i : i;
      const row = sorted.rows[at] ?? 0;
      const [word, sentence] = [facts.word[row] ?? -1, facts.sentence[row] ?? -1];
      if ((line[word] ?? -1) < 0 || sentences.has(sentence)) continue;
      sentences.add(sentence);
      found.push({ word, value: sorted.values[at] ?? 0 });
    }
    const pick = (column: Int32Array): Int32Array => Int32Array.from(found, ({ word }) => column[word] ?? 0);
    const word = Int32Array.from(found, (one) => one.word);
    const value = Float32Array.from(found, (one) => one.value);
    return { kind: 'found', word, line: pick(line), start: pick(start), end: pick(end), value };
  });
