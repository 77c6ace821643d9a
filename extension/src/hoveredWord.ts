/**
 * The word of the corpus that the pointer rests on, and the focused neuron there: shown while it is looked at and never part of the
 * selection. The editor tells when a hover comes, not when it goes; so the word stays until another is hovered, the cursor moves or
 * another neuron is focused.
 */
import { lookAtWord } from '../../server/src/protocol/messages';
import type { HoveredPlace } from '../../server/src/protocol/views';
import { Listeners } from './listeners';
import type { SelectionStore } from './selection';
import type { ServerRun } from './session';
import type { Study } from './study';

export interface HoveredWordDeps {
  readonly ask: ServerRun['ask'];
  readonly study: Study;
  readonly selection: SelectionStore;
  readonly log: (text: string) => void;
}

export class HoveredWord {
  readonly #deps: HoveredWordDeps;
  readonly #listeners = new Listeners();
  #asking: AbortController | undefined;
  #now: HoveredPlace | null = null;

  constructor(deps: HoveredWordDeps) {
    this.#deps = deps;
    deps.selection.onChange((now, before) => {
      if (now.place !== before.place || now.focus?.neuron !== before.focus?.neuron) this.forget();
    });
  }

  /** Null while no word is hovered, or no neuron is looked at. */
  get now(): HoveredPlace | null {
    return this.#now;
  }

  /** The pointer rests on the word that is at a place of a document. Nothing is said of words at which the neuron has no value. */
  async look(uri: string, line: number, character: number): Promise<void> {
    const { ask, study, selection, log } = this.#deps;
    const corpus = study.openCorpus;
    const neuron = selection.now.focus?.neuron;
    if (corpus?.uri !== uri || neuron === undefined) return;
    this.#asking?.abort();
    const { signal } = (this.#asking = new AbortController());
    try {
      const look = await ask(lookAtWord, { corpus: corpus.id, line, character, neuron }, { signal });
      const found = look?.neurons.find((at) => at.neuron === neuron);
      if (!signal.aborted) this.#become(look && found ? { text: look.text, value: found.value } : null);
    } catch (error) {
      if (!signal.aborted) log(`The word under the pointer is not known: ${String(error)}`);
    }
  }

  /** No word is hovered any more. */
  forget(): void {
    this.#asking?.abort();
    this.#become(null);
  }

  onChange(listener: () => void): { dispose(): void } {
    return this.#listeners.add(listener);
  }

  #become(now: HoveredPlace | null): void {
    if (now === this.#now) return;
    this.#now = now;
    this.#listeners.tell();
  }
}
