/** What the tree of rankings shows: the last ranking as somebody has arranged it, or what is unusual on the line of the cursor. */
import { lookAtWord, wordsOnLines } from '../../server/src/protocol/messages';
import type { Tap } from '../../server/src/protocol/neurons';
import { Listeners } from './listeners';
import type { Memory } from './memory';
import { wasCancelled } from './said';
import type { SelectionStore } from './selection';
import type { ServerRun } from './session';
import { unshared } from './status';
import type { Study } from './study';
import { arrangementText, lineRows, rankingRows } from './views/rankingRows';
import type { LineLook } from './views/rankingRows';
import type { Row } from './views/rows';

/** By what neurons are grouped, whose scores are shown, and of which tap they are; null is the first method, and any tap. */
export interface Arrangement {
  readonly by: 'concept' | 'layer' | 'line';
  readonly method: string | null;
  readonly tap: Tap | null;
}

export const usualArrangement: Arrangement = { by: 'concept', method: null, tap: null };

export interface RankingTreeDeps {
  readonly ask: ServerRun['ask'];
  readonly study: Study;
  readonly selection: SelectionStore;
  readonly memory: Pick<Memory, 'arrangement' | 'keepArrangement'>;
  readonly log: (text: string) => void;
}

/** Words of one line that are looked at; a line of 1 MB has more. */
const mostWords = 60;

export class RankingTree {
  readonly #deps: RankingTreeDeps;
  readonly #listeners = new Listeners();
  #arrangement: Arrangement;
  #line: LineLook | null = null;
  #asking: { readonly line: string; readonly stop: AbortController } | undefined;

  constructor(deps: RankingTreeDeps) {
    this.#deps = deps;
    this.#arrangement = deps.memory.arrangement;
  }

  get arrangement(): Arrangement {
    return this.#arrangement;
  }

  get rows(): Row[] {
    const { study } = this.#deps;
    if (this.#arrangement.by === 'line' && study.openCorpus) return lineRows(this.#line, this.#arrangement);
    return rankingRows(study.ranking?.rankings ?? [], this.#arrangement);
  }

  /** What the rows are; undefined while there are none to be told of. */
  get message(): string | undefined {
    const { study } = this.#deps;
    const text = arrangementText(study.ranking?.rankings ?? [], this.#arrangement);
    const stale = study.ranking && study.stale ? `${study.stale} Scores are of the text that was read.` : '';
    const hidden = study.openCorpus && !study.openCorpus.isShared ? unshared : '';
    return [text, stale, hidden].filter(Boolean).join('\n') || undefined;
  }

  arrange(change: Partial<Arrangement>): void {
    this.#arrangement = { ...this.#arrangement, ...change };
    this.#deps.memory.keepArrangement(this.#arrangement);
    this.#listeners.tell();
    this.follow();
  }

  /** Looks whether another line is to be shown. Cheap when none is. */
  follow(): void {
    const { study, selection } = this.#deps;
    const { place } = selection.now;
    const corpus = study.openCorpus;
    if (this.#arrangement.by !== 'line' || !corpus || place?.uri !== corpus.uri) return;
    const line = JSON.stringify([corpus.id, corpus.hash, place.line, study.ranking?.file]);
    if (line === this.#asking?.line) return;
    this.#asking?.stop.abort();
    const stop = new AbortController();
    this.#asking = { line, stop };
    void this.#look(corpus.id, place.line, stop.signal);
  }

  onChange(listener: () => void): { dispose(): void } {
    return this.#listeners.add(listener);
  }

  async #look(corpus: string, line: number, signal: AbortSignal): Promise<void> {
    const { ask, log } = this.#deps;
    try {
      const { words } = await ask(wordsOnLines, { corpus, fromLine: line, toLine: line }, { signal });
      const looks = [];
      for (const { start } of words.slice(0, mostWords)) {
        looks.push(await ask(lookAtWord, { corpus, line, character: start, neuron: null }, { signal }));
      }
      if (signal.aborted) return;
      this.#line = { line, looks: looks.filter((look) => look !== null) };
      this.#listeners.tell();
    } catch (error) {
      if (!signal.aborted && !wasCancelled(error)) log(`Line ${line + 1} is not looked at: ${String(error)}`);
    }
  }
}
