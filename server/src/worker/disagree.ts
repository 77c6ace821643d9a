/** On which words of some lines a neuron and the formula that explains it disagree. */
import { parseConcept } from '../corpus/concepts/concept';
import type { NamedFormula } from '../protocol/analyses';
import { tapText } from '../protocol/neurons';
import { neuronOf } from './neuronOf';
import { withStudy } from './openStudy';
import type { OpenStudy, StoredRows } from './openStudy';
import { pauses } from './pause';
import type { Pause } from './pause';
import type { JobHandler } from './serve';

/** The formula that was asked for last, with the rows on which it holds: an editor asks for it screen by screen. */
const known = new WeakMap<OpenStudy, { readonly formula: string; readonly holds: Uint8Array }>();

/** Words on which one of the two says yes and the other no: 1 for the neuron alone, −1 for the formula alone. */
export const disagree: JobHandler<'disagree'> = async (
  { explained: { neuron, direction, threshold, formula }, lines, ...ref },
  { signal },
) =>
  withStudy(ref, async (study) => {
    const pause = pauses(signal);
    const { point, unit } = neuronOf(study.model, neuron);
    const run = await study.stored(point.tap, point.layer);
    if (!run) return { kind: 'not stored', taps: [tapText(point)] };
    const { values } = await study.column(run, point, unit);
    const rows = await study.rows(run);
    const holds = await rowsOf(study, formula, rows, pause);
    const placed = study.map.onLines(lines);
    const signs = Int8Array.from(placed.word, (word) => {
      const row = rows.rowOfWord[word] ?? -1;
      if (row < 0 || rows.included[row] === 0) return 0;
      const isActive = direction * (values[row] ?? Number.NaN) > direction * threshold;
      return Number(isActive) - (holds[row] ?? 0);
    });
    const different = Array.from(signs.keys()).filter((i) => signs[i] !== 0);
    const pick = (column: Int32Array): Int32Array => Int32Array.from(different, (i) => column[i] ?? 0);
    return {
      ...{ kind: 'disagreeing', word: pick(placed.word), line: pick(placed.line), start: pick(placed.start), end: pick(placed.end) },
      value: Float32Array.from(different, (i) => values[rows.rowOfWord[placed.word[i] ?? 0] ?? 0] ?? 0),
      sign: Int8Array.from(different, (i) => signs[i] ?? 0),
    };
  });

async function rowsOf(study: OpenStudy, formula: NamedFormula, rows: StoredRows, pause: Pause): Promise<Uint8Array> {
  const key = JSON.stringify(formula);
  const kept = known.get(study);
  if (kept?.formula === key) return kept.holds;
  const holds = await evaluate(study, formula, rows, pause);
  known.set(study, { formula: key, holds });
  return holds;
}

/** 1 on the rows where a formula holds. */
async function evaluate(study: OpenStudy, formula: NamedFormula, rows: StoredRows, pause: Pause): Promise<Uint8Array> {
  if (typeof formula === 'string') {
    const marks = new Uint8Array(rows.included.length);
    const found = await study.concept(parseConcept(formula), rows.facts, pause);
    for (const row of found?.rows ?? []) marks[row] = 1;
    return marks;
  }
  const left = await evaluate(study, formula[1], rows, pause);
  if (formula[0] === 'not') return left.map((mark) => 1 - mark);
  const right = await evaluate(study, formula[2], rows, pause);
  return left.map((mark, row) => (formula[0] === 'and' ? mark & (right[row] ?? 0) : mark | (right[row] ?? 0)));
}
