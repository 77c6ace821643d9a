/** The taps by whose neurons is differentiated, kind by kind. */
import type { TapTensor } from '../../onnx/taps';
import { InputError } from '../../protocol/errors';
import type { GradientParams } from '../../protocol/gradient';
import type { Stack } from '../../protocol/neurons';
import type { OpenModel } from '../openModel';
import { selectTaps } from '../selectTaps';

/** All layers of one kind of tap: the rows of one file. */
export interface TapGroup {
  readonly name: string;
  readonly taps: readonly TapTensor[];
}

/**
 * A tap without a stack is that of the half whose scores are differentiated. Throws MODEL_TAP as `selectTaps` does, and for taps
 * of both halves at once, since `--at` counts the tokens of one.
 */
export function gradientTaps(model: OpenModel, { taps, layers }: GradientParams, scoreStack: Stack): TapGroup[] {
  const spec = { words: 'none', dtype: 'f32', ...(layers ? { layers } : {}) } as const;
  const groups = taps.map(({ stack = scoreStack, tap }): TapGroup => {
    const own = { ...model, taps: model.taps.filter(({ point }) => point.stack === stack), stacks: stacksOf(model, stack) };
    return { name: stack === scoreStack ? tap : `${stack}.${tap}`, taps: selectTaps(own, { ...spec, taps: [tap] }) };
  });
  const halves = new Set(groups.flatMap((group) => group.taps.map(({ point }) => point.stack)));
  if (halves.size < 2) return groups;
  throw new InputError(
    'MODEL_TAP',
    { file: model.folder.path, flag: '--taps' },
    {
      found: 'taps of encoder and decoder at once',
      expected: 'taps of one half, whose tokens --at counts',
      remedy: 'ask for each half on its own',
    },
  );
}

function stacksOf({ stacks }: OpenModel, stack: Stack): OpenModel['stacks'] {
  const own = stacks.filter((each) => each.stack === stack);
  const [first, ...others] = own;
  return first ? [first, ...others] : stacks;
}
