/** Activations fused with a bias, and norms fused with the addition before them (onnxruntime's ContribOperators.md). */
import { floatAttribute } from '../../attributes';
import type { Lowering } from './lowering';

const biasGelu: Lowering = ({ w, name, output }) => {
  w.contrib('Gelu', [w.op('Add', [name(0), name(1)])], {}, output(0));
  return true;
};

/** The bias is optional; without one the operator has a rule of its own. */
const fastGelu: Lowering = ({ w, name, has, output }) => {
  if (!has(1)) return false;
  w.contrib('FastGelu', [w.op('Add', [name(0), name(1)])], {}, output(0));
  return true;
};

const biasAdd: Lowering = ({ w, name, output }) => {
  w.op('Add', [w.op('Add', [name(0), name(1)]), name(2)], {}, output(0));
  return true;
};

/** Output 3 is the sum, output 0 its norm. Inputs: x, skip, scale, then shift and bias, or bias alone. */
const skipNorm =
  (norm: 'LayerNormalization' | 'SimplifiedLayerNormalization'): Lowering =>
  ({ node, w, name, has, output, wanted }) => {
    const simplified = norm === 'SimplifiedLayerNormalization';
    const bias = simplified ? 3 : 4;
    if (wanted(1) || wanted(2)) return false;
    const epsilon = { float: floatAttribute(node, 'epsilon', simplified ? 1e-6 : 1e-12) };
    const both = [name(0), name(1)];
    const sum = w.op('Add', has(bias) ? [w.op('Add', both), name(bias)] : both, {}, output(3));
    const scales = !simplified && has(3) ? [name(2), name(3)] : [name(2)];
    w.op(norm, [sum, ...scales], { axis: -1, epsilon }, output(0));
    return true;
  };

/** Lowerings by operator. */
export const fusions: Readonly<Record<string, Lowering>> = {
  BiasGelu: biasGelu,
  FastGelu: fastGelu,
  BiasAdd: biasAdd,
  SkipLayerNormalization: skipNorm('LayerNormalization'),
  SkipSimplifiedLayerNormalization: skipNorm('SimplifiedLayerNormalization'),
};
