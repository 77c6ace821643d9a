/** Named sets of neurons that somebody keeps: in the order in which they were made, each neuron once in each. */
import { Listeners } from './listeners';

export interface Collection {
  readonly name: string;
  readonly neurons: readonly string[];
}

/** Holds the collections of a workspace; `keep` is given all of them after every change. */
export class Collections {
  readonly #listeners = new Listeners();
  readonly #keep: (collections: readonly Collection[]) => void;
  #all: readonly Collection[];

  constructor(collections: readonly Collection[], keep: (collections: readonly Collection[]) => void) {
    this.#all = collections;
    this.#keep = keep;
  }

  get all(): readonly Collection[] {
    return this.#all;
  }

  /** Adds neurons to a collection, which is made if there is none of that name. Gives how many it did not have. */
  add(name: string, neurons: readonly string[]): number {
    const known = this.#all.find((collection) => collection.name === name);
    const all = [...new Set([...(known?.neurons ?? []), ...neurons])];
    const changed: Collection = { name, neurons: all };
    this.#become(known ? this.#all.map((each) => (each === known ? changed : each)) : [...this.#all, changed]);
    return all.length - (known?.neurons.length ?? 0);
  }

  /** Takes neurons out of a collection, which stays, also when it is empty then. */
  remove(name: string, neurons: readonly string[]): void {
    this.#become(
      this.#all.map((each) => (each.name === name ? { name, neurons: each.neurons.filter((neuron) => !neurons.includes(neuron)) } : each)),
    );
  }

  /** Gives a collection another name; one of that name takes in its neurons. */
  rename(from: string, to: string): void {
    const known = this.#all.find(({ name }) => name === from);
    if (!known || from === to) return;
    const target = this.#all.find(({ name }) => name === to);
    if (target) {
      this.delete(from);
      this.add(to, known.neurons);
    } else this.#become(this.#all.map((each) => (each === known ? { ...each, name: to } : each)));
  }

  delete(name: string): void {
    this.#become(this.#all.filter((each) => each.name !== name));
  }

  onChange(listener: () => void): { dispose(): void } {
    return this.#listeners.add(listener);
  }

  #become(collections: readonly Collection[]): void {
    this.#all = collections;
    this.#keep(collections);
    this.#listeners.tell();
  }
}
