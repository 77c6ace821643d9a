/** Nearly dead neurons: their values vary, but so little beside the others of their tensor that half precision holds none of it. */
import type { ClassMoments } from '../statistics/classMoments';
import { neuronView, loadWhole } from './view';
import type { Plan } from './plan';

/** Below this share of the median deviation of its tensor a neuron counts as nearly dead. */
const faintShare = 1e-6;
const named = 5;

/** One warning that names them, if there are any. Scores without a scale are defined for them all the same. */
export function faintWarnings(plan: Plan, moments: readonly (readonly ClassMoments[])[]): string[] {
  const faint = plan.parts.flatMap(({ columns, firstNeuron }, part) => {
    const [first] = moments[part]!;
    return first ? faintColumns(first, columns).map((c) => plan.neurons[firstNeuron + c]!) : [];
  });
  if (faint.length === 0) return [];
  const names = `${faint.slice(0, named).join(', ')}${faint.length > named ? ', …' : ''}`;
  return [
    `${faint.length === 1 ? '1 neuron hardly varies' : `${faint.length} neurons hardly vary`} (${names}): their scores rest on differences too small for half precision`,
  ];
}

/** Indices into `columns`. */
function faintColumns(moments: ClassMoments, columns: ArrayLike<number>): number[] {
  const view = neuronView();
  const deviations = Array.from({ length: columns.length }, (_, c) =>
    loadWhole(view, moments, columns[c]!) ? Math.sqrt(view.all.scatter / view.all.count) : 0,
  );
  const alive = deviations.filter((deviation) => deviation > 0).sort((a, b) => a - b);
  const median = alive[alive.length >> 1] ?? 0;
  return Array.from(deviations.keys()).filter((c) => deviations[c]! > 0 && deviations[c]! < faintShare * median);
}
