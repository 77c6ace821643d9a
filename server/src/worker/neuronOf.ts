import { InputError, shown } from '../protocol/errors';
import { parseTap } from '../protocol/neurons';
import type { TapPoint } from '../protocol/neurons';
import { tapText } from '../protocol/neurons';
import type { OpenModel } from './openModel';

/** Where a neuron such as `L3.ffn.12` is. Throws NEURON_UNKNOWN when the model has none of that name. */
export function neuronOf({ taps, folder }: OpenModel, name: string): { point: TapPoint; unit: number } {
  const dot = name.lastIndexOf('.');
  const point = parseTap(name.slice(0, Math.max(dot, 0)));
  const tap = point && taps.find((each) => tapText(each.point) === tapText(point));
  const unit = /^\d{1,9}$/.test(name.slice(dot + 1)) ? Number(name.slice(dot + 1)) : -1;
  if (tap && unit >= 0 && unit < tap.width) return { point: tap.point, unit };
  throw new InputError(
    'NEURON_UNKNOWN',
    { file: folder.path },
    {
      found: shown(name, 80),
      expected: tap
        ? `units 0 to ${tap.width - 1}`
        : `a layer and tap of this model: ${taps.map((each) => tapText(each.point)).join(', ')}`,
      remedy: 'neurons are named as L3.ffn.12: layer, tap, unit',
    },
  );
}
