/** The formula that is painted, if one is: on which words it and its neuron disagree takes the place of the pins’ paint. */
import type { ExplainedNeuron } from '../../server/src/protocol/analyses';
import type { FormulaPaint, NeuronPaint } from '../../server/src/protocol/messages';
import { Listeners } from './listeners';

/** Dark enough to be seen at a glance, and with the ruler's mark. */
const step = 7;

export class PaintedFormula {
  readonly #listeners = new Listeners();
  #now: { readonly explained: ExplainedNeuron; readonly corpus: string } | null = null;

  get now(): ExplainedNeuron | null {
    return this.#now?.explained ?? null;
  }

  /** Paints a formula over the text of the hash, in place of another one. */
  show(explained: ExplainedNeuron, corpus: string): void {
    this.#now = { explained, corpus };
    this.#listeners.tell();
  }

  clear(): void {
    if (this.#now === null) return;
    this.#now = null;
    this.#listeners.tell();
  }

  /** Takes the paint off when another text is open: a formula is of the one that it was found in. */
  follow(corpus: string | null): void {
    if (this.#now && this.#now.corpus !== corpus) this.clear();
  }

  onChange(listener: () => void): { dispose(): void } {
    return this.#listeners.add(listener);
  }
}

/** As the heat map paints it: orange and solid where the neuron alone says yes, violet and dashed where the formula alone does. */
export function asPaint({ spans }: FormulaPaint, { neuron, threshold }: ExplainedNeuron): NeuronPaint {
  return {
    neuron,
    scale: { centre: threshold, high: null, low: null },
    spans: spans.map(({ sign, ...span }) => ({ ...span, step: step * sign })),
    stale: false,
  };
}
