/** Pinned neurons side by side: what the explorer shows of each, asked for one after the other and kept until something it is of changes. */
import { viewNeuron } from '../../server/src/protocol/messages';
import type { ViewNeuronParams } from '../../server/src/protocol/messages';
import type { ComparedNeuron } from '../../server/src/protocol/views';
import { Listeners } from './listeners';
import { wasCancelled } from './said';
import type { Side, SelectionStore } from './selection';
import type { ServerRun } from './session';
import type { Study } from './study';

export interface ComparedPinsDeps {
  readonly ask: ServerRun['ask'];
  readonly study: Study;
  readonly selection: SelectionStore;
  readonly log: (text: string) => void;
}

const none: readonly ComparedNeuron[] = [];

export class ComparedPins {
  readonly #deps: ComparedPinsDeps;
  readonly #listeners = new Listeners();
  #now = none;
  #asked = '';
  #asking: AbortController | undefined;

  constructor(deps: ComparedPinsDeps) {
    this.#deps = deps;
  }

  /** In the order of the pins; empty while fewer than two are pinned or nothing is known of them. */
  get now(): readonly ComparedNeuron[] {
    return this.#now;
  }

  /** Looks whether others are to be compared. Cheap when not. */
  refresh(): void {
    const { study, selection } = this.#deps;
    const { pins, concept } = selection.now;
    const corpus = study.openCorpus;
    const isAskable = corpus !== null && study.model?.kind === 'open' && pins.length > 1;
    const asked = isAskable ? pins.map((neuron) => ({ corpus: corpus.id, neuron, side: this.#sideOf(neuron), concept })) : [];
    const key = isAskable ? JSON.stringify([asked, study.model?.from, corpus.hash]) : '';
    if (key === this.#asked) return;
    this.#asked = key;
    this.#asking?.abort();
    if (asked.length === 0) return this.#become(none);
    const { signal } = (this.#asking = new AbortController());
    void this.#ask(asked, signal);
  }

  /** Asks again; for a server that is a new one. */
  forget(): void {
    this.#asking?.abort();
    this.#asked = '';
  }

  onChange(listener: () => void): { dispose(): void } {
    return this.#listeners.add(listener);
  }

  /** From the side on which it marks the concept, as far as that is ranked. */
  #sideOf(neuron: string): Side {
    const { study, selection } = this.#deps;
    const ranking = study.ranking?.rankings.find(({ concept }) => concept === selection.now.concept);
    return ranking?.neurons.find(({ id }) => id === neuron)?.direction === -1 ? 'low' : 'high';
  }

  async #ask(pins: readonly ViewNeuronParams[], signal: AbortSignal): Promise<void> {
    const found: ComparedNeuron[] = [];
    for (const params of pins) {
      try {
        const { neuron, side, concept, firesOn, histogram, concepts } = await this.#deps.ask(viewNeuron, params, { signal });
        found.push({ neuron, side, concept, firesOn, histogram, concepts });
      } catch (error) {
        if (signal.aborted) return;
        if (!wasCancelled(error)) this.#deps.log(`${params.neuron} is not compared: ${String(error)}`);
      }
      if (signal.aborted) return;
    }
    this.#become(found.length > 1 ? found : none);
  }

  #become(compared: readonly ComparedNeuron[]): void {
    if (this.#now === compared) return;
    this.#now = compared;
    this.#listeners.tell();
  }
}
