/** What a window remembers: what the person chose, and never data that can be made again. Read back with every doubt. */
import type { RankNeuronsResult } from '../../server/src/protocol/messages';
import { neuronParts } from '../../server/src/protocol/reading';
import type { Selection } from '../../server/src/protocol/views';
import { mostPins, nothingSelected } from './selection';

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

  /** The corpus's uri. */
  get corpus(): string | null {
    return text(this.#workspace.get(keys.corpus));
  }

  /** Neuron, side, concept and pins as they were; the place is the cursor's and comes with it. */
  get selection(): Selection {
    const kept = this.#workspace.get<Partial<Selection>>(keys.selection);
    const neuron = neuronOf(kept?.focus?.neuron);
    return {
      ...nothingSelected,
      focus: neuron === null ? null : { neuron, side: kept?.focus?.side === 'low' ? 'low' : 'high' },
      concept: text(kept?.concept),
      pins: Array.isArray(kept?.pins) ? kept.pins.filter((pin) => neuronOf(pin) !== null).slice(0, mostPins) : [],
    };
  }

  /** What the tree of rankings shows; the scores themselves are in the result file. */
  get ranking(): RankNeuronsResult | null {
    const kept = this.#workspace.get<RankNeuronsResult>(keys.ranking);
    return kept && Array.isArray(kept.rankings) && typeof kept.file === 'string' ? kept : null;
  }

  get recentModels(): readonly string[] {
    const kept = this.#everywhere.get<unknown>(keys.recent);
    return Array.isArray(kept) ? kept.filter((folder) => typeof folder === 'string') : [];
  }

  keepModel(folder: string): void {
    void this.#workspace.update(keys.model, folder);
    void this.#everywhere.update(keys.recent, [folder, ...this.recentModels.filter((other) => other !== folder)].slice(0, mostRecent));
  }

  keepCorpus(uri: string): void {
    void this.#workspace.update(keys.corpus, uri);
  }

  keepSelection({ focus, concept, pins }: Selection): void {
    void this.#workspace.update(keys.selection, { focus, concept, pins });
  }

  keepRanking(ranking: RankNeuronsResult | null): void {
    void this.#workspace.update(keys.ranking, ranking ?? undefined);
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function neuronOf(value: unknown): string | null {
  return typeof value === 'string' && isNeuron(value) ? value : null;
}

/** Whether a text names one neuron, such as `L3.ffn.412`. */
export function isNeuron(id: string): boolean {
  const { layer, unit } = neuronParts(id);
  return layer !== null && /\.\d+$/.test(id) && Number.isSafeInteger(unit);
}
