/** Who wants to hear of changes. */

/** Listeners that take `News` when they are told. */
export class Listeners<News extends readonly unknown[] = []> {
  readonly #all = new Set<(...news: News) => void>();

  /** Adds one until it is disposed of. */
  add(listener: (...news: News) => void): { dispose(): void } {
    this.#all.add(listener);
    return { dispose: () => this.#all.delete(listener) };
  }

  /** Tells those that listen now; who begins or ends to listen meanwhile changes nothing. */
  tell(...news: News): void {
    for (const listener of [...this.#all]) listener(...news);
  }
}
