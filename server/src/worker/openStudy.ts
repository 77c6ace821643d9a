/**
 * What the interactive worker keeps open between jobs: a model, a corpus with its map, the stored activations of both, and
 * the neurons that were looked at last. All of it is rebuilt from files when the worker dies or the files change.
 */
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ExtractedRun } from '../activations/run';
import type { Concept } from '../corpus/concepts/concept';
import type { Corpus } from '../corpus/corpus';
import { columnSorter, restricted } from '../methods/statistics/order';
import type { SortedColumn } from '../methods/statistics/order';
import { InputError } from '../protocol/errors';
import type { OpenedCorpus, StudyRef } from '../protocol/interactive';
import type { ActivationSpec, CorpusRef } from '../protocol/sources';
import { tapText } from '../protocol/neurons';
import type { Tap, TapPoint } from '../protocol/neurons';
import { rowFacts } from '../study/labels';
import type { RowFacts } from '../study/labels';
import { ConceptLabeller, labelledConcept } from '../study/labelledConcepts';
import type { LabelledConcept } from '../study/labelledConcepts';
import { storedActivations } from './activations';
import { isCausal } from './causality';
import { standing, standingAmong } from './comparison';
import type { Standing } from './comparison';
import { CorpusMap } from './corpusMap';
import { everyConcept } from './everyConcept';
import { openCorpus, tagging } from './openCorpus';
import type { Watched } from './openCorpus';
import { openModel } from './openModel';
import type { OpenModel } from './openModel';
import type { Pause } from './pause';
import { sessions } from './sessions';

/** Activations as the editor's analyses store them. */
export const editorSpec = { words: 'last', dtype: 'f16' } as const satisfies Pick<ActivationSpec, 'words' | 'dtype'>;

/** A corpus that was read, with its words by place. */
export interface OpenCorpus {
  readonly corpus: Corpus;
  readonly map: CorpusMap;
}

/** Its map is made when somebody first looks at a place: a corpus that is only ranked needs none. */
class KeptCorpus implements OpenCorpus {
  readonly corpus: Corpus;
  #map: CorpusMap | undefined;

  constructor(corpus: Corpus) {
    this.corpus = corpus;
  }

  get map(): CorpusMap {
    return (this.#map ??= new CorpusMap(this.corpus));
  }
}

/** Rows of stored activations, and which row a word has (−1 for none). */
export interface StoredRows {
  readonly facts: RowFacts;
  readonly rowOfWord: Int32Array;
  /** 1 on rows that statistics use. */
  readonly included: Uint8Array;
  /** How many those are. */
  readonly counted: number;
}

/** A neuron's values, and those that statistics use in order. */
export interface OpenColumn {
  readonly values: Float32Array;
  readonly sorted: SortedColumn;
}

/** Values of columns that are kept at once. */
const keptValues = 4_000_000;

/** A model on a corpus. */
export class OpenStudy implements OpenCorpus {
  readonly model: OpenModel;
  readonly corpus: Corpus;
  readonly #open: OpenCorpus;
  readonly #cache: string;
  readonly #runs = new Map<string, ExtractedRun>();
  readonly #columns = new Map<string, OpenColumn>();
  readonly #sorters = new Map<number, ReturnType<typeof columnSorter>>();
  #rows: StoredRows | undefined;
  #causal: Promise<boolean | null> | undefined;
  #tagging: Promise<Generator<void, Corpus>> | undefined;
  #tagged: Corpus | undefined;
  #labeller: ConceptLabeller | undefined;

  constructor(model: OpenModel, open: OpenCorpus, cache: string) {
    this.model = model;
    this.corpus = open.corpus;
    this.#open = open;
    this.#cache = cache;
  }

  get map(): CorpusMap {
    return this.#open.map;
  }

  /** Whether no position of the model sees a later one; null where its halves differ. */
  causal(): Promise<boolean | null> {
    return (this.#causal ??= isCausal(this.model));
  }

  /** The corpus with all attributes that taggers give; throws what `pause` throws and then goes on where it stopped. */
  async tagged(pause: Pause): Promise<Corpus> {
    const steps = await (this.#tagging ??= tagging(this.corpus));
    while (!this.#tagged) {
      const { done, value } = steps.next();
      if (done) this.#tagged = value;
      await pause();
    }
    return this.#tagged;
  }

  /** Stored activations of one tap kind, at one layer or at all; undefined where some are missing. */
  async stored(tap: Tap, layer?: number): Promise<ExtractedRun | undefined> {
    const key = `${tap} ${layer ?? '*'}`;
    const known = this.#runs.get(key);
    if (known) return known;
    const layers = layer === undefined ? {} : { layers: [{ from: layer, to: layer }] };
    const found = await storedActivations(this.model, this.corpus, { ...editorSpec, taps: [tap], ...layers }, this.#cache);
    if (found) this.#runs.set(key, found.run);
    return found?.run;
  }

  /** What the rows of a run are; the same for every run of the study. */
  async rows(run: ExtractedRun): Promise<StoredRows> {
    if (this.#rows) return this.#rows;
    const facts = rowFacts(this.corpus, run.table, (await this.causal()) === true);
    const rowOfWord = new Int32Array(this.corpus.words.count).fill(-1);
    run.table.word.forEach((word, row) => {
      if (word >= 0) rowOfWord[word] = row;
    });
    const included = Uint8Array.from(facts.word, (word) => Number(word >= 0));
    return (this.#rows = { facts, rowOfWord, included, counted: included.reduce((sum, one) => sum + one, 0) });
  }

  /** A neuron's column, sorted once and kept while it is among those used last. */
  async column(run: ExtractedRun, point: TapPoint, unit: number): Promise<OpenColumn> {
    const key = `${tapText(point)}.${unit}`;
    const known = this.#columns.get(key);
    this.#columns.delete(key);
    const column = known ?? (await this.#read(run, point, unit));
    this.#columns.set(key, column);
    const most = Math.max(8, Math.floor(keptValues / Math.max(1, run.rows)));
    for (const oldest of this.#columns.keys()) {
      if (this.#columns.size <= most) break;
      this.#columns.delete(oldest);
    }
    return column;
  }

  /** Where a value stands among all that statistics use; a neuron that was not sorted yet is walked through instead. */
  async standing(
    run: ExtractedRun,
    point: TapPoint,
    unit: number,
    row: number,
  ): Promise<(Standing & { readonly value: number }) | undefined> {
    const known = this.#columns.get(`${tapText(point)}.${unit}`);
    const values = known?.values ?? (await run.matrix(point).readColumns(unit, unit + 1));
    const value = values[row];
    if (value === undefined || !Number.isFinite(value)) return undefined;
    if (known) return { value, ...standing(known.sorted.values, value) };
    return { value, ...standingAmong(values, (await this.rows(run)).included, value) };
  }

  async #read(run: ExtractedRun, point: TapPoint, unit: number): Promise<OpenColumn> {
    const values = await run.matrix(point).readColumns(unit, unit + 1);
    const { included } = await this.rows(run);
    let sorter = this.#sorters.get(run.rows);
    if (!sorter) this.#sorters.set(run.rows, (sorter = columnSorter(run.rows)));
    const finite = included.map((one, row) => one & Number(Number.isFinite(values[row])));
    return { values, sorted: restricted(sorter(values), finite) };
  }

  /** Every concept of the corpus with the rows that carry it; throws what `pause` throws and then goes on where it stopped. */
  async labelled(rows: RowFacts, pause: Pause): Promise<readonly LabelledConcept[]> {
    const tagged = await this.tagged(pause);
    this.#labeller ??= new ConceptLabeller(everyConcept(tagged, this.model), tagged, rows);
    return this.#labeller.all(pause);
  }

  /** One concept with the rows that carry it, whether or not it is among those of the corpus. Null for several classes at once. */
  async concept(concept: Concept, rows: RowFacts, pause: Pause): Promise<LabelledConcept | null> {
    return labelledConcept(concept, await this.tagged(pause), rows) ?? null;
  }
}

interface Kept<T> {
  readonly state: string;
  readonly value: T;
}
const models = new Map<string, Kept<OpenModel>>();
const corpora = new Map<string, Kept<Promise<OpenCorpus>>>();
const studies = new Map<string, Kept<OpenStudy>>();

/** The corpus as its file is now, read again only when that has changed. */
export async function readCorpusNow(ref: CorpusRef, watched?: Watched): Promise<{ readonly open: OpenCorpus; readonly opened: string }> {
  const opened = ref.files.map(fileState).join('\n');
  const key = JSON.stringify([ref, opened]);
  const { value } = kept(corpora, key, opened, async () => new KeptCorpus(await openCorpus(ref, watched)));
  value.catch(() => corpora.delete(key));
  return { open: await value, opened };
}

/** The corpus as it was opened. Throws FILE_CHANGED when it is no longer kept and its file is another by now. */
export async function openedCorpus({ corpus: ref, opened }: OpenedCorpus): Promise<OpenCorpus> {
  const known = corpora.get(JSON.stringify([ref, opened]));
  if (known) return known.value;
  const now = await readCorpusNow(ref);
  if (now.opened === opened) return now.open;
  throw new InputError(
    'FILE_CHANGED',
    { file: ref.files[0] ?? '' },
    { found: 'the file has changed since it was opened', expected: 'the text that was analysed', remedy: 'choose the corpus again' },
  );
}

/**
 * Uses model and corpus together, with all that was opened of them before. When stored files have gone meanwhile, everything
 * is opened again and used once more.
 */
export async function withStudy<T>(ref: StudyRef, use: (study: OpenStudy) => Promise<T>): Promise<T> {
  try {
    return await use(await keptStudy(ref));
  } catch (error) {
    if (!(error instanceof InputError) || error.code !== 'CACHE_CORRUPT') throw error;
    studies.clear();
    return use(await keptStudy(ref));
  }
}

/**
 * A model is opened again only when its folder has changed. Sessions of one that has gone, changed or given way to another are
 * closed, since each may hold a copy of its weights.
 */
async function keptStudy(ref: StudyRef): Promise<OpenStudy> {
  const state = modelState(ref.model.folder);
  let model: OpenModel | undefined;
  try {
    model = kept(models, JSON.stringify(ref.model), state, () => openModel(ref.model)).value;
  } finally {
    await sessions.unload(model);
  }
  const corpus = await openedCorpus(ref);
  const key = JSON.stringify([ref.model, ref.corpus, ref.cache]);
  return kept(studies, key, `${state}\n${ref.opened}`, () => new OpenStudy(model, corpus, ref.cache)).value;
}

/** Things of each kind that stay open. */
const mostKept = 3;

function kept<T>(all: Map<string, Kept<T>>, key: string, state: string, make: () => T): Kept<T> {
  const known = all.get(key);
  all.delete(key);
  const now = known?.state === state ? known : { state, value: make() };
  all.set(key, now);
  for (const oldest of all.keys()) {
    if (all.size <= mostKept) break;
    all.delete(oldest);
  }
  return now;
}

function modelState(path: string): string {
  const folder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? path : dirname(path);
  const inside = (place: string): string[] => {
    try {
      return readdirSync(place).map((name) => join(place, name));
    } catch {
      return [];
    }
  };
  return [...inside(folder), ...inside(join(folder, 'onnx'))].map(fileState).join('\n');
}

function fileState(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${path} ${stat.size} ${stat.mtimeMs} ${stat.ino}` : `${path} is gone`;
}
