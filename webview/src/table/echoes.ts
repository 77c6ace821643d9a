/** Tells what the host says because we said it from what others did, so that a held arrow key is not pulled back by its own echo. */
import type { Selection } from '../../../server/src/protocol/views';

interface Said {
  readonly neuron: string;
  readonly side: 'high' | 'low';
  readonly concept: string;
}

export class Echoes {
  #waiting: string[] = [];
  #last = '';

  /** Notes what is about to be said; false when the host knows it already and would not answer. */
  expect(said: Said): boolean {
    const key = keyOf(said.neuron, said.side, said.concept);
    if (key === (this.#waiting.at(-1) ?? this.#last)) return false;
    this.#waiting.push(key);
    return true;
  }

  /** Whether a selection is the answer to something we said before. */
  isOwn({ focus, concept }: Selection): boolean {
    const key = keyOf(focus?.neuron ?? '', focus?.side ?? 'high', concept ?? '');
    const isNews = key !== this.#last;
    this.#last = key;
    const at = this.#waiting.indexOf(key);
    if (at >= 0) this.#waiting = this.#waiting.slice(at + 1);
    return at >= 0 || !isNews;
  }
}

const keyOf = (...parts: readonly [string, string, string]): string => parts.join('\n');
