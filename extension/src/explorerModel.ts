/** What the explorer shows: follows selection and study, asks the server for the focused neuron, and drops superseded answers. */
import { viewNeuron } from '../../server/src/protocol/messages';
import type { ExampleRow, NeuronView, ViewNeuronParams } from '../../server/src/protocol/messages';
import type { ExampleTab, ExplorerState } from '../../server/src/protocol/views';
import { sentences } from '../../server/src/protocol/sentences';
import { Listeners } from './listeners';
import { said, wasCancelled } from './said';
import type { SelectionStore } from './selection';
import type { ServerRun } from './session';
import type { SessionState } from './state';
import type { Study } from './study';

export interface ExplorerDeps {
  readonly ask: ServerRun['ask'];
  readonly state: () => SessionState;
  readonly study: Study;
  readonly selection: SelectionStore;
}

export class ExplorerModel {
  readonly #deps: ExplorerDeps;
  readonly #listeners = new Listeners();
  #state: ExplorerState = { kind: 'empty', reason: 'no server' };
  #asked = '';
  #asking: AbortController | undefined;
  #tab: ExampleTab = 'bands';
  #example = -1;

  constructor(deps: ExplorerDeps) {
    this.#deps = deps;
  }

  get state(): ExplorerState {
    return this.#state;
  }

  /** The neuron on show; null while there is none. */
  get view(): NeuronView | null {
    return this.#state.kind === 'ready' ? this.#state.view : null;
  }

  /** Looks whether something else is to be shown now. Cheap when nothing is. */
  refresh(): void {
    const reason = this.#nothing();
    if (reason) {
      this.#asking?.abort();
      this.#asked = '';
      return this.#become({ kind: 'empty', reason });
    }
    const { study, selection } = this.#deps;
    const { focus, concept } = selection.now;
    const corpus = study.openCorpus;
    if (!focus || !corpus) return;
    const params = { corpus: corpus.id, neuron: focus.neuron, side: focus.side, concept };
    const key = JSON.stringify([params, study.model?.from, corpus.hash]);
    if (key === this.#asked) {
      if (this.#state.kind === 'ready' && this.#state.stale !== study.stale) this.#become({ ...this.#state, stale: study.stale });
      return;
    }
    this.#asked = key;
    void this.#ask(params);
  }

  /** Asks again for what is shown; for a server that is a new one. */
  forget(): void {
    this.#asking?.abort();
    this.#asked = '';
  }

  /** The examples of the list that is open, in its order. A neuron that is never wrong has no list for it, and the bands are open. */
  get examples(): readonly ExampleRow[] {
    const { view } = this;
    if (!view) return [];
    const listed = this.#tab === 'bands' ? [] : view[this.#tab];
    return listed.length > 0 ? listed : view.bands.flatMap(({ examples }) => examples);
  }

  /** Another list of examples is open: stepping begins with its first. */
  openTab(tab: ExampleTab): void {
    if (tab !== this.#tab) this.#example = -1;
    this.#tab = tab;
  }

  /** The next example of the open list, or the one before; null without any. */
  step(by: 1 | -1): ExampleRow | null {
    const { examples } = this;
    const n = examples.length;
    if (n === 0) return null;
    this.#example = this.#example < 0 && by < 0 ? n - 1 : (this.#example + by + n) % n;
    return examples[this.#example] ?? null;
  }

  /** The example on show that begins at a place of the document; undefined when there is none. */
  exampleAt(line: number, character: number): ExampleRow | undefined {
    const { view } = this;
    if (!view) return undefined;
    const lists = [view.top, view.random, view.lowest, view.wrong, ...view.bands.map(({ examples }) => examples)];
    return lists.flat().find((example) => example.line === line && example.character === character);
  }

  onChange(listener: () => void): { dispose(): void } {
    return this.#listeners.add(listener);
  }

  #nothing(): (ExplorerState & { kind: 'empty' })['reason'] | null {
    const { state, study, selection } = this.#deps;
    const session = state();
    if (session.kind !== 'ready') return 'no server';
    if (session.server.runtime.state === 'restricted') return 'restricted';
    if (study.model?.kind !== 'open') return 'no model';
    if (!study.openCorpus) return 'no corpus';
    return selection.now.focus ? null : 'no neuron';
  }

  async #ask(params: ViewNeuronParams): Promise<void> {
    this.#asking?.abort();
    const asking = (this.#asking = new AbortController());
    const { neuron } = params;
    const isCurrent = (): boolean => this.#asking === asking && !asking.signal.aborted;
    // What is on show stays until the answer comes, so that a change of side or concept does not flicker.
    if (this.view?.neuron !== neuron) {
      this.#example = -1;
      this.#become({ kind: 'loading', neuron, progress: null });
    }
    try {
      const view = await this.#deps.ask(viewNeuron, params, {
        signal: asking.signal,
        onProgress: ({ done, total, unit }) => isCurrent() && this.#become({ kind: 'loading', neuron, progress: { done, total, unit } }),
      });
      if (isCurrent()) this.#become({ kind: 'ready', view, stale: this.#deps.study.stale });
    } catch (error) {
      if (!isCurrent() || wasCancelled(error)) return;
      const { code, message, remedy } = said(error);
      this.#become({ kind: 'failed', neuron, code, message: sentences(message, remedy) });
    }
  }

  #become(state: ExplorerState): void {
    if (state.kind === 'empty' && this.#state.kind === 'empty' && state.reason === this.#state.reason) return;
    this.#state = state;
    this.#listeners.tell();
  }
}
