/** Taps that a person puts elsewhere than they were found. */
import { InputError } from '../../protocol/errors';
import { tapText } from '../../protocol/neurons';
import type { TapPoint } from '../../protocol/neurons';
import { tapFrom } from './layout';
import type { StackTaps, TapTensor } from './tap';
import type { Wiring } from './wiring';

/** One such tap: a place in the model, and the tensor that is to stand for it. */
export interface ChosenTap {
  readonly point: TapPoint;
  readonly tensor: string;
}

/**
 * The stack with the chosen tensors in place of those that were found, which become candidates. Throws InputError MODEL_TAP for
 * a layer that the stack does not have and for a tensor that holds no neurons of every token, naming the candidates.
 */
export function withChosenTaps(wiring: Wiring, stack: StackTaps, chosen: readonly ChosenTap[], file?: string): StackTaps {
  return chosen.reduce((all, { point, tensor }) => {
    const known = all.candidates.find(({ tap }) => tap.tensor === tensor && tapText(tap.point) === tapText(point));
    const tap = known?.tap ?? tapFrom(wiring, point, tensor);
    const { layer } = point;
    if (!tap || !exists(all, point)) throw noTap(all, { point, tensor }, tap === undefined, file);
    const before = found(all, point);
    const candidates = all.candidates.filter((each) => each !== known);
    const replaced: StackTaps = {
      ...all,
      candidates: before ? [...candidates, { tap: before, reason: 'what the graph suggests; another tensor was chosen' }] : candidates,
      missing: all.missing.filter((each) => tapText(each.point) !== tapText(point)),
    };
    if (point.tap === 'final') return { ...replaced, final: tap };
    if (layer === 0) return { ...replaced, input: tap };
    return { ...replaced, blocks: all.blocks.map((block) => (block.layer === layer ? { ...block, [point.tap]: tap } : block)) };
  }, stack);
}

/** Layer 0 has `hidden` only, and `final` belongs to the last layer. */
function exists({ layers }: StackTaps, { layer, tap }: TapPoint): boolean {
  if (tap === 'final') return layer === layers;
  return layer === 0 ? tap === 'hidden' : layer <= layers;
}

function found({ input, final, blocks }: StackTaps, { layer, tap }: TapPoint): TapTensor | undefined {
  if (tap === 'final') return final;
  return layer === 0 ? input : blocks.find((block) => block.layer === layer)?.[tap];
}

function noTap(stack: StackTaps, { point, tensor }: ChosenTap, wrongTensor: boolean, file: string | undefined): InputError {
  const candidates = stack.candidates.filter(({ tap }) => tapText(tap.point) === tapText(point)).map(({ tap }) => tap.tensor);
  return new InputError(
    'MODEL_TAP',
    { ...(file === undefined ? {} : { file }), tensor },
    {
      found: wrongTensor
        ? `a tensor chosen for ${tapText(point)} that the graph does not have, or whose axes are not texts, tokens and neurons`
        : `a tensor chosen for ${tapText(point)}, which this model has no place for`,
      expected: wrongTensor
        ? `a tensor of floats with an axis of fixed size beside texts and tokens${candidates.length > 0 ? `, such as ${candidates.slice(0, 3).join(', ')}` : ''}`
        : `layers 0 to ${stack.layers}, final at the last; layer 0 has hidden only`,
      remedy: 'golgi model --json lists the candidates of every tap',
    },
  );
}
