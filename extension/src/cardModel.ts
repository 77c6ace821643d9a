/** What a model's card shows: asks the server for it, runs its self-checks, and follows the taps that are chosen by hand. */
import { InputError } from '../../server/src/protocol/errors';
import type { ModelRef } from '../../server/src/protocol/sources';
import type { ModelCard } from '../../server/src/protocol/modelCard';
import { readModelCard } from '../../server/src/protocol/messages';
import type { CardState, SelfCheck } from '../../server/src/protocol/views';
import type { ChosenTaps } from './chosenTaps';
import { modelFolders } from './commands/choose';
import { Listeners } from './listeners';
import { saidOf, wasCancelled } from './said';
import type { ServerRun } from './session';
import type { SessionState } from './state';

export interface CardDeps {
  readonly ask: ServerRun['ask'];
  readonly state: () => SessionState;
  readonly chosenTaps: ChosenTaps;
}

const notRun: SelfCheck = { kind: 'not run' };

/** One card. `file` is the `.onnx` file that is open. */
export class CardModel {
  readonly #deps: CardDeps;
  readonly #file: string;
  readonly #listeners = new Listeners();
  #state: CardState = { kind: 'none', reason: 'no server' };
  /** The folder that the file is the model of, or the file itself; known once the server has said so. */
  #path: string | null = null;
  #asked = '';
  #asking: AbortController | undefined;
  #checking: AbortController | undefined;

  constructor(file: string, deps: CardDeps) {
    this.#file = file;
    this.#deps = deps;
  }

  get state(): CardState {
    return this.#state;
  }

  /** By which the model is chosen, and its taps are kept. */
  get path(): string {
    return this.#path ?? this.#file;
  }

  /** Looks whether something else is to be shown now. Cheap when nothing is. */
  refresh(): void {
    const reason = this.#nothing();
    if (reason) {
      this.forget();
      return this.#become({ kind: 'none', reason });
    }
    const key = JSON.stringify(this.#deps.chosenTaps.of(this.path));
    if (key === this.#asked) return;
    this.forget();
    this.#asked = key;
    void this.#ask();
  }

  /** The next refresh asks again: for a server that is a new one, and for a file that is another. */
  forget(): void {
    this.#asking?.abort();
    this.#checking?.abort();
    // What comes of checks of an earlier card is nobody's any more.
    this.#checking = undefined;
    this.#asked = '';
  }

  /** Runs the model and its self-checks. */
  async check(): Promise<void> {
    if (this.#state.kind !== 'ready' || this.#state.check.kind === 'running') return;
    const checking = (this.#checking = new AbortController());
    const { card } = this.#state;
    const show = (shown: ModelCard, check: SelfCheck): void => {
      if (this.#checking === checking && this.#state.kind === 'ready') this.#become({ ...this.#state, card: shown, check });
    };
    show(card, { kind: 'running', progress: null });
    try {
      const checked = await this.#deps.ask(
        readModelCard,
        { model: this.#ref(this.path), check: true },
        { signal: checking.signal, onProgress: (progress) => checking.signal.aborted || show(card, { kind: 'running', progress }) },
      );
      show(checked, { kind: 'done' });
    } catch (error) {
      show(card, wasCancelled(error) ? notRun : { kind: 'failed', problems: saidOf(error) });
    }
  }

  /** Stops the self-checks. */
  stop(): void {
    this.#checking?.abort();
  }

  onChange(listener: () => void): { dispose(): void } {
    return this.#listeners.add(listener);
  }

  #nothing(): (CardState & { kind: 'none' })['reason'] | null {
    const session = this.#deps.state();
    if (session.kind === 'starting') return 'starting';
    if (session.kind !== 'ready') return 'no server';
    return session.server.runtime.state === 'idle' ? null : session.server.runtime.state;
  }

  async #ask(): Promise<void> {
    const asking = (this.#asking = new AbortController());
    if (this.#state.kind !== 'ready') this.#become({ kind: 'loading' });
    let state: CardState;
    try {
      const card = await this.#read(asking.signal);
      state = { kind: 'ready', card, check: notRun };
    } catch (error) {
      if (wasCancelled(error)) return;
      state = { kind: 'failed', problems: saidOf(error), hasChosenTaps: this.#deps.chosenTaps.of(this.path).length > 0 };
    }
    if (!asking.signal.aborted) this.#become(state);
  }

  /** As the model of its folder where that takes this file, so that card, study and chosen taps mean the same model. */
  async #read(signal: AbortSignal): Promise<ModelCard> {
    const [folder] = modelFolders([this.#file]);
    if (this.#path === null && folder !== undefined) {
      const ofFolder = await this.#cardOf(folder, signal).catch((error: unknown) => this.#unlessAboutFile(error, folder));
      this.#path = ofFolder === 'this file' || ofFolder?.files.includes(this.#file) ? folder : this.#file;
      this.#asked = JSON.stringify(this.#deps.chosenTaps.of(this.#path));
      if (ofFolder && ofFolder !== 'this file' && this.#path === folder) return ofFolder;
    }
    return this.#cardOf(this.path, signal);
  }

  /** A folder that does not open because of this very file is this file's model; otherwise the file stands for itself. */
  #unlessAboutFile(error: unknown, folder: string): 'this file' | undefined {
    if (!(error instanceof InputError)) throw error;
    const isChoice = error.code === 'MODEL_TAP' && this.#deps.chosenTaps.of(folder).length > 0;
    return isChoice || error.problems[0].place.file === this.#file ? 'this file' : undefined;
  }

  #cardOf(path: string, signal: AbortSignal): Promise<ModelCard> {
    return this.#deps.ask(readModelCard, { model: this.#ref(path), check: false }, { signal });
  }

  #ref(folder: string): ModelRef {
    return { folder, chosenTaps: this.#deps.chosenTaps.of(folder) };
  }

  #become(state: CardState): void {
    if (state.kind === 'none' && this.#state.kind === 'none' && state.reason === this.#state.reason) return;
    this.#state = state;
    this.#listeners.tell();
  }
}
