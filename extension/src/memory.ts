/** What a window remembers: what the person chose, and never data that can be made again. Read back with every doubt. */
import { neuronParts } from '../../server/src/protocol/reading';
import type { Selection } from '../../server/src/protocol/views';
import { taps } from '../../server/src/protocol/neurons';
import type { Collection } from './collections';
import { usualArrangement } from './rankingTree';
import type { Arrangement } from './rankingTree';
import { mostPins, nothingSelected } from './selection';
import type { CorpusPlace, KeptRanking } from './study';

/** The part of the editor's `Memento` that is needed. */
export interface Storage {
  get<T>(key: string): T | undefined;
  update(key: string, value: unknown): Thenable<void>;
}

const keys = {
  model: 'golgi.model',
  corpus: 'golgi.corpus',
  selection: 'golgi.selection',
  ranking: 'golgi.ranking',
  concepts: 'golgi.concepts',
  arrangement: 'golgi.arrangement',
  collections: 'golgi.collections',
  recent: 'golgi.recentModels',
} as const;
const mostRecent = 8;

export class Memory {
  readonly #workspace: Storage;
  readonly #everywhere: Storage;

  /** `workspace` belongs to this folder, `everywhere` to the person. */
  constructor(workspace: Storage, everywhere: Storage) {
    this.#workspace = workspace;
    this.#everywhere = everywhere;
  }

  get model(): string | null {
    return text(this.#workspace.get(keys.model));
  }

  /** The corpus without its path, which its uri tells. */
  get corpus(): Omit<CorpusPlace, 'path'> | null {
    const kept = this.#workspace.get<Partial<CorpusPlace>>(keys.corpus);
    const uri = text(kept?.uri);
    return uri === null ? null : { uri, ...(kept?.skipInvalid === true ? { skipInvalid: true } : {}) };
  }

  /** Neuron, side, concept and pins as they were; the place is the cursor's and comes with it. */
  get selection(): Selection {
    const kept = this.#workspace.get<Partial<Selection>>(keys.selection);
    const neuron = neuronOf(kept?.focus?.neuron);
    return {
      ...nothingSelected,
      focus: neuron === null ? null : { neuron, side: kept?.focus?.side === 'low' ? 'low' : 'high' },
      concept: text(kept?.concept),
      pins: neuronsOf(kept?.pins).slice(0, mostPins),
      marks: neuronsOf(kept?.marks),
    };
  }

  /** What the tree of rankings shows; the scores themselves are in the result file. */
  get ranking(): KeptRanking | null {
    const kept = this.#workspace.get<Partial<KeptRanking>>(keys.ranking);
    const { result, of } = kept ?? {};
    return Array.isArray(result?.rankings) && typeof result.file === 'string' && typeof of === 'string' ? { result, of } : null;
  }

  /** Concepts that the person kept, as they are written. */
  get concepts(): readonly string[] {
    const kept = this.#workspace.get<unknown>(keys.concepts);
    return Array.isArray(kept) ? kept.filter((concept) => typeof concept === 'string') : [];
  }

  /** How the tree of rankings is arranged. */
  get arrangement(): Arrangement {
    const { by, method, tap } = this.#workspace.get<Partial<Arrangement>>(keys.arrangement) ?? usualArrangement;
    return {
      by: by === 'layer' || by === 'line' ? by : usualArrangement.by,
      method: text(method),
      tap: taps.find((known) => known === tap) ?? null,
    };
  }

  get collections(): readonly Collection[] {
    const kept = this.#workspace.get<unknown>(keys.collections);
    if (!Array.isArray(kept)) return [];
    return kept.flatMap(({ name, neurons }: Partial<Collection>) =>
      text(name) === null ? [] : [{ name: String(name), neurons: neuronsOf(neurons) }],
    );
  }

  get recentModels(): readonly string[] {
    const kept = this.#everywhere.get<unknown>(keys.recent);
    return Array.isArray(kept) ? kept.filter((folder) => typeof folder === 'string') : [];
  }

  keepModel(folder: string): void {
    void this.#workspace.update(keys.model, folder);
    void this.#everywhere.update(keys.recent, [folder, ...this.recentModels.filter((other) => other !== folder)].slice(0, mostRecent));
  }

  keepCorpus({ uri, skipInvalid = false }: CorpusPlace): void {
    void this.#workspace.update(keys.corpus, { uri, skipInvalid });
  }

  keepSelection({ focus, concept, pins, marks }: Selection): void {
    void this.#workspace.update(keys.selection, { focus, concept, pins, marks });
  }

  keepConcepts(concepts: readonly string[]): void {
    void this.#workspace.update(keys.concepts, concepts);
  }

  keepArrangement(arrangement: Arrangement): void {
    void this.#workspace.update(keys.arrangement, arrangement);
  }

  keepCollections(collections: readonly Collection[]): void {
    void this.#workspace.update(keys.collections, collections);
  }

  keepRanking(ranking: KeptRanking): void {
    void this.#workspace.update(keys.ranking, ranking);
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function neuronOf(value: unknown): string | null {
  return typeof value === 'string' && isNeuron(value) ? value : null;
}

function neuronsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each): each is string => neuronOf(each) !== null) : [];
}

/** Whether a text names one neuron, such as `L3.ffn.412`. */
export function isNeuron(id: string): boolean {
  const { layer, unit } = neuronParts(id);
  return layer !== null && /\.\d+$/.test(id) && Number.isSafeInteger(unit);
}
