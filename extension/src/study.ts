/**
 * What is being studied in this window: one model, one corpus, the last ranking. It remembers what was chosen and opens it
 * again whenever a server is ready, so a server that died is no more than a pause.
 */
import type { Progress } from '../../server/src/protocol/workerMessages';
import type { ModelCard } from '../../server/src/protocol/modelCard';
import type { RunAnalysesParams } from '../../server/src/protocol/analyses';
import { openCorpus, openModel, rankNeurons, runAnalyses } from '../../server/src/protocol/messages';
import type { CorpusInfo, RankNeuronsParams, RankNeuronsResult, Request } from '../../server/src/protocol/messages';
import type { ChosenTaps } from './chosenTaps';
import { Listeners } from './listeners';
import type { Memory } from './memory';
import { said } from './said';
import type { Said } from './said';
import type { AskOptions, ServerRun } from './session';

/** Something chosen: being opened, open, or with the reason why it is not. */
export type Chosen<Reference, Opened> =
  | { readonly kind: 'opening'; readonly from: Reference }
  | { readonly kind: 'open'; readonly from: Reference; readonly what: Opened }
  | { readonly kind: 'failed'; readonly from: Reference; readonly failure: Said };

/** Where a corpus lies: its document's uri and the path the server reads. */
export interface CorpusPlace {
  readonly uri: string;
  readonly path: string;
  /** Lines that do not parse are left out and counted. */
  readonly skipInvalid?: boolean;
}

/** A ranking, and the model and text that it is of. */
export interface KeptRanking {
  readonly result: RankNeuronsResult;
  readonly of: string;
}

export interface StudyDeps {
  readonly ask: ServerRun['ask'];
  readonly memory: Memory;
  readonly chosenTaps: ChosenTaps;
  /** The path of a document; undefined when it is not a file on this disk. */
  readonly pathOf: (uri: string) => string | undefined;
}

const unchanged = { document: null, file: null };

export class Study {
  readonly #deps: StudyDeps;
  readonly #listeners = new Listeners();
  readonly #openings = new Set<Promise<unknown>>();
  #model: Chosen<string, ModelCard> | null = null;
  #corpus: Chosen<CorpusPlace, CorpusInfo> | null = null;
  #ranking: KeptRanking | null;
  /** What happened to the document of the corpus, and to its file. */
  #changes: { readonly document: string | null; readonly file: string | null } = unchanged;

  constructor(deps: StudyDeps) {
    this.#deps = deps;
    this.#ranking = deps.memory.ranking;
  }

  get model(): Chosen<string, ModelCard> | null {
    return this.#model;
  }

  get corpus(): Chosen<CorpusPlace, CorpusInfo> | null {
    return this.#corpus;
  }

  /** The open corpus and its id; null while there is none. */
  get openCorpus(): CorpusInfo | null {
    return this.#corpus?.kind === 'open' ? this.#corpus.what : null;
  }

  /** The last ranking, unless another model or text is open now. */
  get ranking(): RankNeuronsResult | null {
    const studied = this.#model?.kind === 'open' && this.openCorpus ? studiedPair(this.#model.what, this.openCorpus) : null;
    return this.#ranking && (studied === null || this.#ranking.of === studied) ? this.#ranking.result : null;
  }

  /** Why what is shown may no longer be so; null while document and file are what was read. */
  get stale(): string | null {
    return this.#changes.file ?? this.#changes.document;
  }

  /** Opens again what was chosen before, for a server that knows nothing yet. Failures become states. */
  resume(): Promise<void> {
    return this.#during(this.#resume());
  }

  /** Whether a model or a corpus is being opened, or both are, one after the other. */
  get isOpening(): boolean {
    return this.#openings.size > 0;
  }

  /** Settles when nothing is being opened any more, however it went: whoever needs a model and a text need not choose them again. */
  async atRest(): Promise<void> {
    while (this.#openings.size > 0) await Promise.allSettled(this.#openings);
  }

  async #resume(): Promise<void> {
    const { memory, pathOf } = this.#deps;
    if (memory.model !== null) await this.chooseModel(memory.model).catch(() => undefined);
    const path = memory.corpus === null ? undefined : pathOf(memory.corpus.uri);
    if (memory.corpus !== null && path !== undefined) await this.chooseCorpus({ ...memory.corpus, path }).catch(() => undefined);
  }

  /** Takes a model folder or `.onnx` file. Throws what the server says of it; the state says it, too. */
  async chooseModel(folder: string): Promise<ModelCard> {
    const card = await this.#open(
      folder,
      () => this.#deps.ask(openModel, { folder, chosenTaps: this.#deps.chosenTaps.of(folder) }),
      (model) => (this.#model = model),
    );
    this.#deps.memory.keepModel(folder);
    return card;
  }

  /** Opens the model again where taps were chosen for it since, or no longer are. Throws as `chooseModel` does. */
  async followChosenTaps(): Promise<void> {
    if (this.#model === null || this.#model.kind === 'opening') return;
    const { from } = this.#model;
    const used = this.#model.kind === 'open' ? this.#model.what.chosen : null;
    if (JSON.stringify(used) !== JSON.stringify(this.#deps.chosenTaps.of(from))) await this.chooseModel(from);
  }

  /**
   * Takes a corpus file. Throws what the server says of it; the state says it, too. When reading is cancelled, the corpus of
   * before stays.
   */
  async chooseCorpus(place: CorpusPlace, options: AskOptions<Progress> = {}): Promise<CorpusInfo> {
    const before = this.#corpus;
    const info = await this.#open(
      place,
      () => this.#deps.ask(openCorpus, place, options),
      (corpus) => (this.#corpus = corpus.kind === 'failed' && options.signal?.aborted ? before : corpus),
    );
    this.#deps.memory.keepCorpus(place);
    this.#changes = unchanged;
    this.#changed();
    return info;
  }

  /**
   * Ranks neurons on the open corpus and keeps the result as the ranking of this window: of the model that was open when it
   * began, and of the text that was read for it, whatever is chosen meanwhile.
   */
  async rank(what: Omit<RankNeuronsParams, 'corpus'>, options: AskOptions<Progress>): Promise<RankNeuronsResult> {
    const { model, result } = await this.#ask(rankNeurons, what, options);
    this.#ranking = { result, of: studiedPair(model, result.corpus) };
    this.#deps.memory.keepRanking(this.#ranking);
    this.#changed();
    return result;
  }

  /** Runs analyses other than rankings on the open corpus, into the file that is returned. */
  async analyse(what: Omit<RunAnalysesParams, 'corpus'>, options: AskOptions<Progress>): Promise<string> {
    const { result } = await this.#ask(runAnalyses, what, options);
    this.#changed();
    return result.file;
  }

  /** Takes the server's word that the corpus's document differs from what was read, or no longer does. */
  corpusChanged(corpus: string, stale: boolean): void {
    if (this.openCorpus?.id !== corpus) return;
    this.#changes = { ...this.#changes, document: stale ? 'The document has changed since it was read.' : null };
    this.#changed();
  }

  /** Takes what happened to the file of the corpus; null when it is what was read. */
  corpusFileChanged(file: string | null): void {
    if (this.#changes.file === file) return;
    this.#changes = { ...this.#changes, file };
    this.#changed();
  }

  onChange(listener: () => void): { dispose(): void } {
    return this.#listeners.add(listener);
  }

  /** Asks for what takes its time, and takes the corpus as it was read for it, unless another one was chosen meanwhile. */
  async #ask<P extends { readonly corpus: string }, R extends { readonly corpus: CorpusInfo }>(
    message: Request<P, R, Progress>,
    what: Omit<P, 'corpus'>,
    options: AskOptions<Progress>,
  ): Promise<{ readonly model: ModelCard; readonly result: R }> {
    const [model, corpus, { file }] = [this.#model, this.#corpus, this.#changes];
    if (model?.kind !== 'open' || corpus?.kind !== 'open') throw new Error('No model or no corpus is open.');
    const result = await this.#deps.ask(message, { ...what, corpus: corpus.what.id } as P, options);
    if (this.#corpus === corpus) {
      this.#corpus = { ...corpus, what: result.corpus };
      // What had happened to the file before was read with it.
      if (this.#changes.file === file) this.#changes = { ...this.#changes, file: null };
    }
    return { model: model.what, result };
  }

  #during<R>(opening: Promise<R>): Promise<R> {
    this.#openings.add(opening);
    return opening.finally(() => this.#openings.delete(opening));
  }

  async #open<From, What>(from: From, ask: () => Promise<What>, become: (state: Chosen<From, What>) => void): Promise<What> {
    become({ kind: 'opening', from });
    this.#changed();
    try {
      const what = await this.#during(ask());
      become({ kind: 'open', from, what });
      return what;
    } catch (error) {
      become({ kind: 'failed', from, failure: said(error) });
      throw error;
    } finally {
      this.#changed();
    }
  }

  #changed(): void {
    this.#listeners.tell();
  }
}

/** By which a pair of model and text is known, wherever their files lie. */
function studiedPair({ hash: { graph, weights, tokenizer }, chosen }: ModelCard, { hash }: CorpusInfo): string {
  const taps = chosen.length > 0 ? [JSON.stringify(chosen)] : [];
  return [graph, weights, tokenizer, hash, ...taps].join(' ');
}
