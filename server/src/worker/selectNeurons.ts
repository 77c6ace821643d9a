/** Which neurons of a model a person named. */
import type { TapTensor } from '../onnx/taps';
import { InputError } from '../protocol/errors';
import { parseNeurons, tapText } from '../protocol/neurons';
import type { NeuronSelection, TapPoint } from '../protocol/neurons';
import type { ActivationSpec } from '../protocol/sources';
import type { OpenModel } from './openModel';
import { selectTaps } from './selectTaps';

/** Neurons of one tap, in the order in which they were named. */
export interface SelectedUnits {
  readonly tap: TapTensor;
  readonly units: readonly number[];
}

/** The neurons that a text names, or all of the taps and layers asked for: columns of each tap, ascending, each once. */
export function neuronColumns(
  model: OpenModel,
  neurons: string | undefined,
  spec: ActivationSpec,
): { readonly point: TapPoint; readonly columns: readonly number[] }[] {
  const named: SelectedUnits[] =
    neurons === undefined
      ? selectTaps(model, spec).map((tap) => ({ tap, units: Array.from({ length: tap.width }, (_, unit) => unit) }))
      : parseNeurons(neurons).flatMap((selection) => selectNeurons(model, selection));
  return [...new Set(named.map(({ tap }) => tap.point))].map((point) => ({
    point,
    columns: [...new Set(named.filter(({ tap }) => tap.point === point).flatMap(({ units }) => units))].sort((a, b) => a - b),
  }));
}

/** The neurons that a selection names, tap by tap in the order of the graph. Throws NEURON_UNKNOWN for those that there are not. */
export function selectNeurons(model: Pick<OpenModel, 'taps' | 'folder' | 'stacks'>, selection: NeuronSelection): SelectedUnits[] {
  const { layer, stack, tap: name, units, head } = selection;
  const { taps, folder } = model;
  const places = taps.filter(({ point }) => point.tap === name && point.stack === stack && (layer === undefined || point.layer === layer));
  if (places.length === 0) {
    const asked = tapText({ stack, layer: layer ?? 0, tap: name }).replace('L0', layer === undefined ? '*' : 'L0');
    throw unknown(folder.path, asked, `a layer and tap of this model: ${tapNames(model)}`);
  }
  return places.map((tap) => {
    const size = head === undefined ? undefined : headSizeOf(model, tap);
    const first = head === undefined ? 0 : head * (size ?? 0);
    const width = size ?? tap.width;
    const { from, to } = units === '*' ? { from: 0, to: width - 1 } : units;
    const inHead = head === undefined ? '' : `.h${head}`;
    if (first >= tap.width) throw unknown(folder.path, `${tapText(tap.point)}${inHead}`, `heads 0 to ${tap.width / width - 1}`);
    if (to >= width) throw unknown(folder.path, `${tapText(tap.point)}${inHead}.${to}`, `units 0 to ${width - 1}`);
    return { tap, units: Array.from({ length: to - from + 1 }, (_, i) => first + from + i) };
  });
}

function headSizeOf({ stacks, folder }: Pick<OpenModel, 'stacks' | 'folder'>, { point, width }: TapTensor): number {
  const stack = stacks.find((each) => each.stack === point.stack);
  const block = stack?.blocks.find(({ layer }) => layer === point.layer);
  const heads = block?.heads ?? stack?.heads;
  const size = (point.tap === 'attn' ? block?.headSize : undefined) ?? (heads === undefined ? undefined : width / heads);
  if (size !== undefined && Number.isInteger(size)) return size;
  throw unknown(folder.path, `a head of ${tapText(point)}`, `units 0 to ${width - 1}: the graph does not tell where its heads are`);
}

/** Layers and taps in short: `L0.hidden, L1–L4: hidden, ffn, attn`. */
function tapNames({ taps }: Pick<OpenModel, 'taps'>): string {
  const names = taps.map(({ point }) => tapText(point));
  return names.length <= 12 ? names.join(', ') : `${names.slice(0, 6).join(', ')}, … ${names.slice(-3).join(', ')}`;
}

function unknown(file: string, found: string, expected: string): InputError {
  return new InputError('NEURON_UNKNOWN', { file }, { found, expected, remedy: 'golgi model lists layers, taps and widths' });
}
