/** What a tree row, a link, a page or a test hands to a command. */
import type { NeuronTarget } from '../goTo/neuronRows';
import { isNeuron } from '../memory';
import type { Side } from '../selection';

/** A neuron with what is known of how it should be looked at. */
export type GivenNeuron = Omit<NeuronTarget, 'side'> & {
  readonly side?: Side;
  /** It is to be looked at; who asks for the same one again wants to keep it. */
  readonly preview?: boolean;
};

/** The neuron that an argument names; undefined when it names none. */
export function neuronIn(argument: unknown): GivenNeuron | undefined {
  const { neuron, side, concept, preview } = (typeof argument === 'string' ? { neuron: argument } : (argument ?? {})) as Readonly<
    Record<string, unknown>
  >;
  if (typeof neuron !== 'string' || !isNeuron(neuron)) return undefined;
  return {
    neuron,
    ...(side === 'high' || side === 'low' ? { side } : {}),
    ...(typeof concept === 'string' ? { concept } : {}),
    ...(preview === true ? { preview } : {}),
  };
}
