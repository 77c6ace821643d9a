/** Which tensors a person asked for, by taps and layers, out of those that a model has. */
import type { TapTensor } from '../onnx/taps';
import { InputError } from '../protocol/errors';
import type { ActivationSpec } from '../protocol/sources';
import type { OpenModel } from './openModel';

/**
 * The taps of a model that a spec names, in the order of the graph. Throws MODEL_TAP for a tap that no layer has, with the
 * reason, and for layers that the model does not have.
 */
export function selectTaps({ taps, stacks, folder }: OpenModel, { taps: names, layers }: ActivationSpec): TapTensor[] {
  const last = Math.max(...stacks.map((stack) => stack.layers));
  const beyond = layers?.find(({ to }) => to > last);
  if (beyond) {
    throw new InputError(
      'MODEL_TAP',
      { file: folder.path, flag: '--layers' },
      {
        found: beyond.from === beyond.to ? `layer ${beyond.to}` : `layers ${beyond.from} to ${beyond.to}`,
        expected: `layers 0 to ${last}`,
        remedy: 'layers count from 1; 0 is what enters the first block and has hidden only',
      },
    );
  }
  const inLayers = (layer: number): boolean => layers === undefined || layers.some(({ from, to }) => layer >= from && layer <= to);
  for (const name of names) {
    if (taps.some(({ point }) => point.tap === name)) continue;
    const reasons = stacks.flatMap(({ missing }) => missing.filter(({ point }) => point.tap === name).map(({ reason }) => reason));
    throw new InputError(
      'MODEL_TAP',
      { file: folder.path, flag: `--taps ${name}` },
      {
        found: `this model has no ${name}${reasons[0] ? `: ${reasons[0]}` : ''}`,
        expected: `taps among ${[...new Set(taps.map(({ point }) => point.tap))].join(', ')}`,
        remedy: 'golgi model shows what was found, and where',
      },
    );
  }
  const chosen = taps.filter(({ point }) => names.includes(point.tap) && inLayers(point.layer));
  if (chosen.length > 0) return chosen;
  throw new InputError(
    'MODEL_TAP',
    { file: folder.path, flag: '--layers' },
    {
      found: `no ${names.join(' or ')} in those layers`,
      expected: 'layers that have one of these taps',
      remedy: 'layer 0 has hidden only; final belongs to the last layer',
    },
  );
}
