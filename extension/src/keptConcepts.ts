/** Concepts that a person kept: `name := definition`, offered wherever concepts are asked for. */
import { Listeners } from './listeners';
import type { Memory } from './memory';
import type { Choice } from './ui';

export class KeptConcepts {
  readonly #memory: Memory;
  readonly #listeners = new Listeners();

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Those kept last come first. */
  get all(): readonly string[] {
    return this.#memory.concepts;
  }

  keep(concept: string): void {
    this.#become([concept, ...this.all.filter((each) => each !== concept)]);
  }

  forget(concept: string): void {
    this.#become(this.all.filter((each) => each !== concept));
  }

  /** As rows of a quick pick: the name, and what it is. */
  get choices(): Choice<string>[] {
    return this.all.map((concept) => {
      const mark = concept.indexOf(' := ');
      const [name, definition] = mark < 0 ? [concept, ''] : [concept.slice(0, mark), concept.slice(mark + 4)];
      return { label: name, description: 'kept', ...(definition && { detail: definition }), value: concept };
    });
  }

  onChange(listener: () => void): { dispose(): void } {
    return this.#listeners.add(listener);
  }

  #become(concepts: readonly string[]): void {
    this.#memory.keepConcepts(concepts);
    this.#listeners.tell();
  }
}
