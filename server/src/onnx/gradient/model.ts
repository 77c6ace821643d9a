/** A model that gives a scalar of its scores and the derivatives of that by neurons, which can be changed while it runs. */
import type { ScalarKind } from '../../protocol/gradient';
import { intTensor, makeNode, makeValue } from '../build';
import type { SoundModel } from '../checks/checkModel';
import { withSites, withSumApart } from '../intervention';
import type { EditSite } from '../intervention';
import { dataType } from '../model';
import type { NodeProto, TensorProto } from '../model';
import { batchFirst } from '../outputs';
import type { Fetch } from '../outputs';
import type { TapTensor } from '../taps/tap';
import { differentiableOpset } from './opset';
import { withGradients } from './reverse';
import { scalarTensors, withScalars } from './scalar';
import type { Scores } from './scalar';

/** A tensor of one row of numbers a token, such as a tap. */
export interface Neurons extends Pick<TapTensor, 'tensor' | 'layout' | 'width' | 'plus'> {
  /** Whole and as it lies in the graph, whatever `Derivative.oneToken` says. */
  readonly whole?: true;
}

/** What is differentiated by what. */
export interface Derivative {
  /** A scalar of the graph's scores, or a tensor whose elements are weighted with what `weightsInput` is fed. */
  readonly of: (Scores & { readonly kind: ScalarKind }) | { readonly weighted: string };
  readonly by: readonly Neurons[];
  /** Taps that edits may change. */
  readonly sites: readonly EditSite[];
  /** Of one token a text, the one that `placeInput` tells; else of every token. */
  readonly oneToken: boolean;
  /** No derivatives, only the scalar and the neurons: for models that cannot be differentiated. */
  readonly forwardOnly?: boolean;
}

/** The input that tells whose derivatives are wanted: [texts, 1], tokens of all texts counted through. */
export const placeInput = 'golgi:place';
/** The input of weights, in the shape of the tensor that they weight. */
export const weightsInput = 'golgi:weights';

export interface DerivedModel {
  readonly model: SoundModel;
  /** For each tensor of `by`, in their order: its derivatives; undefined where the scalar does not depend on it. */
  readonly gradients: readonly (Fetch | undefined)[];
  /** And the neurons themselves. */
  readonly values: readonly Fetch[];
  /** Operators whose rounding was passed over. */
  readonly rounded: readonly string[];
}

/**
 * The model with scalar, derivatives and sites. Fetches of one token have the shape [texts, 1, neurons]. Throws InputError
 * MODEL_GRADIENT as `withGradients` does, MODEL_TAP as `withSites` does.
 */
export function derived(source: SoundModel, { of, by, sites, oneToken, forwardOnly = false }: Derivative, file: string): DerivedModel {
  const model = forwardOnly ? source : differentiableOpset(source, file).model;
  const apart = by.reduce((graph, tap) => withSumApart(graph, tap), model.graph);
  const open = { ...model, graph: withSites(model, apart, sites) };
  const stops = new Set([...by, ...sites.map(({ tap }) => tap)].map(({ tensor }) => tensor));
  const scored = 'kind' in of ? withScalars(open, of, stops) : withWeights(open);
  const goal = 'kind' in of ? { of: scalarTensors[of.kind] } : { of: of.weighted, weights: weightsInput };
  const made = forwardOnly
    ? { model: scored, gradients: by.map(() => undefined), rounded: [] }
    : withGradients(scored, { ...goal, by: by.map(({ tensor }) => tensor) }, file);
  const added: Added = { nodes: [], constants: [] };
  const fetch = (tensor: string, neurons: Neurons, plus?: string): Fetch => {
    if (neurons.whole) return { tensor };
    const fetched = oneToken ? ofOneToken(added, tensor, neurons) : { tensor, layout: neurons.layout };
    return { ...fetched, ...(plus === undefined ? {} : { plus }) };
  };
  const gradients = by.map((neurons, i) => {
    const name = made.gradients[i];
    return name === undefined ? undefined : fetch(name, neurons);
  });
  const values = by.map((neurons) => fetch(neurons.tensor, neurons, neurons.plus));
  const { graph } = made.model;
  return {
    ...made,
    gradients,
    values,
    model: {
      ...made.model,
      graph: {
        ...graph,
        nodes: [...graph.nodes, ...added.nodes],
        initializers: [...graph.initializers, ...added.constants],
        inputs: [...graph.inputs, makeValue(placeInput, dataType.int64, ['texts', 1])],
      },
    },
  };
}

function withWeights(model: SoundModel): SoundModel {
  const { graph } = model;
  const weights = makeValue(weightsInput, dataType.float, ['texts', 'tokens', 'width']);
  return { ...model, graph: { ...graph, inputs: [...graph.inputs, weights] } };
}

interface Added {
  readonly nodes: NodeProto[];
  readonly constants: TensorProto[];
}

/** The rows of the tokens that `placeInput` tells. */
function ofOneToken({ nodes, constants }: Added, tensor: string, { layout, width }: Neurons): Fetch {
  const name = (part: string) => `golgi:${part} of ${tensor}`;
  const perm = batchFirst(layout);
  const ordered = perm ? name('order') : tensor;
  if (perm) nodes.push(makeNode('Transpose', [tensor], [ordered], { perm }));
  constants.push(intTensor(name('shape'), [2], [-1, width]));
  nodes.push(
    makeNode('Reshape', [ordered, name('shape')], [name('rows')]),
    makeNode('Gather', [name('rows'), placeInput], [name('token')], { axis: 0 }),
  );
  return { tensor: name('token') };
}
