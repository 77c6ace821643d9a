/** The operator set in which derivatives are written. */
import { InputError } from '../../protocol/errors';
import type { SoundModel } from '../checks/checkModel';
import { standardOpset } from '../graph';
import { everyNode } from '../walk';

const oldest = 13;
/** The first in which elements can be added at places (16) and norms are one operator (17). */
const needed = 17;

/**
 * The model under an operator set that has all that rules write. From 13 to 17 operators changed only in types they take and in
 * attributes with the old behaviour as their default, save RoiAlign, which no language model has; so a model says 17 instead.
 * Throws InputError MODEL_GRADIENT for older sets.
 */
export function differentiableOpset(model: SoundModel, file: string): { model: SoundModel; opset: number } {
  const opset = standardOpset(model);
  if (opset >= needed) return { model, opset };
  const changed = [...everyNode(model)].some(({ opType }) => opType === 'RoiAlign');
  if (opset < oldest || changed) {
    throw new InputError(
      'MODEL_GRADIENT',
      { file },
      {
        found: `operator set ${opset}${changed ? ' with RoiAlign' : ''}`,
        expected: `operator set ${oldest} or newer`,
        remedy: `export the model with opset ${needed} or newer, or add --by differences, which needs only runs of the model`,
      },
    );
  }
  const opsetImport = model.opsetImport.map((entry) =>
    entry.domain === '' || entry.domain === 'ai.onnx' ? { ...entry, version: needed } : entry,
  );
  // Set 17 belongs to version 8 of the format.
  return { model: { ...model, opsetImport, irVersion: Math.max(Number(model.irVersion ?? 0), 8) }, opset: needed };
}
