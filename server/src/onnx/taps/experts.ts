/**
 * Mixtures of experts: a router sends each token through a few of many FFNs. Exporters write one FFN an expert, over the rows
 * that chose it, or all experts as one product with stacked weights, or one operator. No tensor then holds every neuron
 * of every token, so such a layer has no `ffn` tap.
 */
import type { NodeProto } from '../model';
import type { FeedForward } from './feedForward';
import type { Parts } from './stream';

/** Operators that hold a router's choice and all experts. */
export function mixesExperts({ opType }: NodeProto): boolean {
  return opType === 'MoE' || opType === 'QMoE';
}

/** The number of experts that one addition to the stream is mixed from; 0 where it is no mixture. */
export function expertsIn({ wiring, cores }: Parts, region: ReadonlySet<NodeProto>, feedForward: readonly FeedForward[]): number {
  const stackedIn = (weight = ''): number => {
    const dims = wiring.dims(weight) ?? [];
    return dims.length > 2 ? (dims[0] ?? 0) : 0;
  };
  const whole = [...region].find(mixesExperts);
  if (whole) return stackedIn(whole.inputs[2]);
  // Weights of few bits have three axes as well: there they are blocks.
  const plain = feedForward.filter(({ down }) => /^(Fused)?MatMul$|^Einsum$/.test(down.node.opType));
  const stacked = Math.max(0, ...plain.map(({ down }) => stackedIn(down.weight)));
  if (stacked > 1) return stacked;
  const attends = new Set([...cores.values()].map(({ weights }) => weights));
  const routed = [...region].some(({ opType, outputs }) => opType === 'TopK' || (opType === 'Softmax' && !attends.has(outputs[0])));
  return routed && feedForward.length > 1 ? alike(feedForward) : 0;
}

/** How many FFNs have the commonest width: an expert that every token shares is wider. */
function alike(feedForward: readonly FeedForward[]): number {
  const widths = feedForward.map(({ down }) => down.inputWidth);
  return Math.max(...widths.map((width) => widths.filter((each) => each === width).length));
}
