import { elementCount, rawLength } from '../onnx/tensor';
import { standardOpset } from '../onnx/graph';
import { dataType, dataTypeName } from '../onnx/model';
import type { ValueInfoProto } from '../onnx/model';
import type { StackTaps, TapTensor } from '../onnx/taps';
import type { ModelCard } from '../protocol/modelCard';
import { tapText } from '../protocol/neurons';
import { providerInUse } from '../runtime/provider';
import { isCausal } from './causality';
import { identify } from './identity';
import { measuredCost, multiplicationsPerToken } from './modelCost';
import { modelChecks, refuseUnrunnable } from './modelChecks';
import { openModel } from './openModel';
import type { OpenModel } from './openModel';
import type { JobHandler } from './serve';
import { supportOf } from './support';

/** The model card: what the graph says, what its tokenizer says, and what a run says. */
export const modelCard: JobHandler<'model'> = async ({ model: ref, check, cache }, context) => {
  const model = openModel(ref);
  const { folder, stacks, taps, tokenizer } = model;
  const main = stacks[0];
  const graphs = folder.parts.map(({ file }) => file.model);
  if (!check) await refuseUnrunnable(model);
  // First, while the worker's memory does not yet hold what the checks leave behind.
  const measured = check ? await measuredCost(model) : null;
  const checks = check ? await modelChecks(model, context) : {};
  return {
    name: model.name,
    files: folder.parts.map(({ file }) => file.path),
    hash: { ...identify(model, cache), tokenizer: tokenizer?.hash ?? null },
    layers: main.layers,
    hidden: main.hiddenWidth,
    ffn: main.ffnWidths[0] ?? 0,
    heads: main.heads ?? 0,
    vocabulary: model.embeddingRows ?? null,
    maxTokens: model.maxTokens ?? tokenizer?.maxLength ?? null,
    parameters: graphs.reduce((sum, { graph }) => sum + weightsOf(graph.initializers), 0),
    opset: Math.max(...graphs.map(standardOpset)),
    causal: check ? await isCausal(model) : (main.causal ?? null),
    family: familyOf(model),
    stacks: stacks.map(({ stack, layers, hiddenWidth, ffnWidths, heads }) => ({
      stack,
      layers,
      hidden: hiddenWidth,
      ffn: ffnWidths[0] ?? 0,
      heads: heads ?? 0,
    })),
    taps: taps.map((tap) => ({ id: tapText(tap.point), tensor: tap.tensor, width: tap.width, shape: shapeOf(tap) })),
    chosen: model.chosen.map(({ point, tensor }) => ({ tap: tapText(point), tensor })),
    candidates: stacks.flatMap(({ candidates }) =>
      candidates.map(({ tap, reason }) => ({ id: tapText(tap.point), tensor: tap.tensor, width: tap.width, reason })),
    ),
    inputs: folder.parts.flatMap(({ file }) => file.model.graph.inputs.map(described)),
    outputs: folder.parts.flatMap(({ file }) => file.model.graph.outputs.map(described)),
    tokenizer: tokenizer && { kind: tokenizer.kind, vocabulary: tokenizer.vocabularySize, lowercases: tokenizer.lowercases },
    checks,
    methods: supportOf(model),
    cost: {
      weightBytes: graphs.reduce(
        (sum, { graph }) => sum + graph.initializers.reduce((bytes, tensor) => bytes + (rawLength(tensor) ?? 0), 0),
        0,
      ),
      multiplicationsPerToken: multiplicationsPerToken(model),
      measured,
    },
    provider: await providerInUse(),
    unsupported: unsupported(model),
    notes: model.notes,
    warnings: model.warnings,
  };
};

const weightTypes = new Set<number>([
  dataType.float,
  dataType.float16,
  dataType.bfloat16,
  dataType.double,
  dataType.int8,
  dataType.uint8,
  dataType.int4,
  dataType.uint4,
]);

/** Numbers that training set: constants of more than one value. Shared ones count once, since the file holds them once. */
function weightsOf(initializers: OpenModel['folder']['parts'][number]['file']['model']['graph']['initializers']): number {
  return initializers
    .filter((tensor) => weightTypes.has(tensor.dataType ?? 0))
    .reduce((sum, tensor) => sum + (elementCount(tensor) > 1 ? elementCount(tensor) : 0), 0);
}

function familyOf({ stacks, precision }: OpenModel): ModelCard['family'] {
  const [stack] = stacks;
  const { norm, activation, gated, parallel, fusedQkv, sharedWeights, keyValueHeads, headSize } = stack;
  return {
    norm: norm.kind === 'none' ? 'none' : `${norm.kind === 'rms' ? 'RMS' : 'LayerNorm'}, ${norm.place}`,
    activation: activation ?? null,
    'gated FFN': gated,
    'attention and FFN': parallel ? 'in parallel' : 'one after the other',
    'query, key, value': fusedQkv ? 'one product' : 'apart',
    'head size': headSize ?? null,
    'key/value heads': keyValueHeads ?? null,
    'shared weights': sharedWeights,
    numbers: precision.map(numbersOf).join(', '),
  };
}

/** Operators of integers are spelled out as roundings when a graph is opened, so both forms of static quantisation are one. */
function numbersOf({ quantised, float16 }: OpenModel['precision'][number]): string {
  if (quantised === undefined) return float16 ? 'float16' : 'float32';
  return { 'n-bit': 'weights of few bits', 'dynamic-int8': 'int8, dynamic', 'static-int8': 'int8, static', qdq: 'int8, static' }[quantised];
}

function shapeOf({ layout, width, point }: TapTensor): (string | number)[] {
  const tokens = point.stack === 'dec' ? 'decoder tokens' : 'tokens';
  return layout === 'RN' || layout === 'RHD' ? [`batch·${tokens}`, width] : ['batch', tokens, width];
}

function described({ name, type }: ValueInfoProto): ModelCard['inputs'][number] {
  const { elemType, shape } = type?.tensorType ?? {};
  return {
    name,
    type: dataTypeName(elemType),
    shape: (shape?.dims ?? []).map(({ value, param }) => (value === undefined ? (param ?? '?') : Number(value))),
  };
}

function unsupported({ tokenizer, stacks }: OpenModel): ModelCard['unsupported'] {
  const missing = stacks.flatMap(({ missing: each }: StackTaps) => each.map(({ point, reason }) => ({ method: tapText(point), reason })));
  if (tokenizer) return missing;
  return [{ method: 'all analyses of text', reason: 'the folder has no usable tokenizer.json' }, ...missing];
}
