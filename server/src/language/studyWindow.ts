/** What an editor window studies: its model, its corpora and how their documents stand to them, pins, the last ranking. */
import { join } from 'node:path';
import type { Connection } from 'vscode-languageserver';
import type { RunOptions } from '../jobs/supervisor';
import type { JobRunner, Workers } from '../jobs/workers';
import { InputError, shown } from '../protocol/errors';
import type { StudyRef } from '../protocol/interactive';
import type { CorpusRef, ModelRef } from '../protocol/sources';
import { corpusChanged } from '../protocol/messages';
import type { CorpusChanged, CorpusInfo, OpenCorpusParams, RuntimeState, ShownRanking, ThemeKind } from '../protocol/messages';
import { align, unread, untouched } from './alignment';
import type { Alignment } from './alignment';
import { OpenDocuments } from './documents';

/** A corpus of the window. */
export interface WindowCorpus {
  readonly info: CorpusInfo;
  readonly ref: CorpusRef;
  readonly asked: OpenCorpusParams;
  /** Which state of its file was read. */
  readonly opened: string;
  readonly lineHashes: Int32Array;
}

export class StudyWindow {
  /** Below it lie the activations. */
  storage = '';
  /** The model of the window, with the taps that the person put elsewhere. */
  model: ModelRef | null = null;
  pins: readonly string[] = [];
  concept: string | null = null;
  theme: ThemeKind = 'dark';
  /** The last ranking, while its model and its text are those of the window. */
  ranking: ShownRanking | null = null;
  readonly #connection: Connection;
  readonly #workers: () => Workers;
  readonly #runtime: () => RuntimeState;
  readonly #documents: OpenDocuments;
  readonly #corpora = new Map<string, WindowCorpus>();
  readonly #alignments = new Map<string, Alignment>();
  readonly #saidStale = new Map<string, boolean>();
  #started: Workers | undefined;
  #warming: AbortController | undefined;

  /** `workers` starts them when the first job comes; `runtime` says whether models may run. */
  constructor(connection: Connection, workers: () => Workers, runtime: () => RuntimeState) {
    this.#connection = connection;
    this.#workers = workers;
    this.#runtime = runtime;
    this.#documents = new OpenDocuments(connection, (uri) => this.#changed(uri));
  }

  get batch(): JobRunner {
    return this.#all.batch;
  }

  /** The worker for what somebody is waiting for now; what is merely being prepared in it gives way. */
  get interactive(): JobRunner {
    this.#warming?.abort();
    return this.#all.interactive;
  }

  /** Has the interactive worker open what the next look at this corpus will need. Nobody waits for it, and nobody hears of a failure. */
  warm(corpus: WindowCorpus): void {
    if (this.model === null || !this.mayRun) return;
    this.#warming?.abort();
    const { signal } = (this.#warming = new AbortController());
    const params = { ...this.study(corpus), pins: this.pins, result: this.resultOf(corpus.info.id) };
    // Whoever looks meets the same failure and is told of it.
    this.#all.interactive.run('warm', params, { signal }).catch(() => undefined);
  }

  /** The same for the corpus that was opened last, after the model has changed. */
  warmLatest(): void {
    const latest = [...this.#corpora.values()].at(-1);
    if (latest) this.warm(latest);
  }

  get #all(): Workers {
    return (this.#started ??= this.#workers());
  }

  get cache(): string {
    return join(this.storage, 'cache');
  }

  dispose(): void {
    this.#started?.batch.dispose();
    this.#started?.interactive.dispose();
  }

  /** Whether models may run here. */
  get mayRun(): boolean {
    return this.#runtime().state === 'idle';
  }

  /** Throws RESTRICTED or MODEL_RUNTIME where models may not run. */
  refuseUnlessRunnable(): void {
    const runtime = this.#runtime();
    if (runtime.state === 'idle') return;
    throw new InputError(
      runtime.state === 'restricted' ? 'RESTRICTED' : 'MODEL_RUNTIME',
      {},
      {
        found: runtime.reason,
        expected: runtime.state === 'restricted' ? 'a workspace that you trust' : 'a machine that the runtime is built for',
        remedy: runtime.state === 'restricted' ? 'trust this workspace to run models on its files' : 'use another machine',
      },
    );
  }

  /** Reads a corpus as its file is now, and registers it in place of what was known of its document. */
  async open(asked: OpenCorpusParams, watched: RunOptions = {}): Promise<WindowCorpus> {
    const { uri, path, format, skipInvalid } = asked;
    const ref: CorpusRef = { files: [path], ...(format ? { format } : {}), ...(skipInvalid ? { skipInvalid } : {}) };
    const { corpus, opened, lineHashes } = await this.interactive.run('places', { corpus: ref }, watched);
    const isShared = lineHashes.length > 0;
    const known: WindowCorpus = { info: { ...corpus, id: uri, uri, isShared }, ref, asked, opened, lineHashes };
    // Last in the map is what was opened last, also where it was open before.
    this.#corpora.delete(uri);
    this.#corpora.set(uri, known);
    this.#changed(uri);
    return known;
  }

  /** The corpus of an id. Throws CORPUS_FILE when the window has none of it. */
  corpus(id: string): WindowCorpus {
    const known = this.#corpora.get(id);
    if (known) return known;
    throw new InputError(
      'CORPUS_FILE',
      { file: id },
      { found: `no open corpus ${shown(id, 200)}`, expected: 'a corpus of this window', remedy: 'choose the corpus again' },
    );
  }

  /** The corpus of a document, if it is one. */
  corpusOf(uri: string): WindowCorpus | undefined {
    return this.#corpora.get(uri);
  }

  /** How the document of a corpus stands to what was read. */
  alignment({ info: { uri }, lineHashes }: WindowCorpus): Alignment {
    const known = this.#alignments.get(uri);
    if (known) return known;
    const document = this.#documents.get(uri);
    const now = document ? (document.hashes ? align(document.hashes, lineHashes) : unread) : untouched;
    this.#alignments.set(uri, now);
    return now;
  }

  /** The result file that says what neurons mark in a corpus; null without one. */
  resultOf(corpus: string): string | null {
    return this.ranking?.corpus === corpus ? this.ranking.file : null;
  }

  /** What interactive jobs look at. Throws MODEL_FOLDER without a model. */
  study({ ref, opened }: WindowCorpus): StudyRef {
    return { model: this.chosenModel, corpus: ref, opened, cache: this.cache };
  }

  get chosenModel(): ModelRef {
    if (this.model !== null) return this.model;
    throw new InputError('MODEL_FOLDER', {}, { found: 'no model', expected: 'a model folder', remedy: 'choose a model first' });
  }

  #changed(uri: string): void {
    const corpus = this.#corpora.get(uri);
    this.#alignments.delete(uri);
    if (!corpus) return;
    const stale = this.alignment(corpus).isStale;
    if (stale === (this.#saidStale.get(uri) ?? false)) return;
    this.#saidStale.set(uri, stale);
    void this.#connection.sendNotification(corpusChanged, { corpus: corpus.info.id, uri, stale } satisfies CorpusChanged);
  }
}
