/** What can be done with a model, and why the rest cannot: asked of the same rules that the jobs refuse by. */
import { derived } from '../onnx/gradient';
import { methods } from '../methods';
import { counted } from '../protocol/counted';
import { InputError } from '../protocol/errors';
import type { Support } from '../protocol/modelCard';
import { maskOf } from './fill';
import { headThatWrites } from './generate';
import { scoresOf } from './gradient/scores';
import type { OpenModel } from './openModel';
import { isQuantised, tokenizerFor } from './openModel';

/** Every method of the registry, then what is done with the model itself. Nothing is run. */
export function supportOf(model: OpenModel): Support[] {
  const text = refusal(() => tokenizerFor(model));
  return [
    ...methods.map(({ id, title }) => support(id, title, text)),
    support('edits', 'Edits of activations', null),
    gradients(model),
    support('generate', 'Writing text', refusal(() => headThatWrites(model)) ?? text),
    support(
      'fill',
      'Guessing masked words',
      refusal(() => maskOf(model)),
    ),
  ];
}

function support(id: string, title: string, reason: string | null): Support {
  return { id, title, supported: reason === null, reason };
}

/** Back through the graph where every operator has a rule; a quantised model that has none is differentiated by differences. */
function gradients(model: OpenModel): Support {
  const known = { id: 'gradient', title: 'Gradients' };
  let rounded: readonly string[] = [];
  const reason = refusal(() => (rounded = roundedOperators(model)));
  if (reason !== null && isQuantised(model)) return { ...known, supported: true, reason: `by differences between runs: ${reason}` };
  if (rounded.length === 0) return { ...known, supported: reason === null, reason };
  return { ...known, supported: true, reason: `without the rounding of ${counted(rounded.length, 'operator')}, which has no derivative` };
}

/** Operators that derivatives pass over. Throws MODEL_GRADIENT naming those without a rule. */
function roundedOperators(model: OpenModel): readonly string[] {
  const scores = scoresOf(model, { of: 'logit' });
  const part = model.folder.parts.find(({ stack }) => stack === scores.stack) ?? model.folder.parts.at(-1);
  const by = model.taps.filter(({ point }) => point.tap === 'hidden' && point.stack === scores.stack);
  return part ? derived(part.file.model, { of: scores, by, sites: [], oneToken: true }, part.file.path).rounded : [];
}

/** Why something is refused, in one sentence; null where it is not. */
function refusal(attempt: () => unknown): string | null {
  try {
    attempt();
    return null;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { found, expected } = error.problems[0];
    return expected ? `${found}; expected ${expected}` : found;
  }
}
