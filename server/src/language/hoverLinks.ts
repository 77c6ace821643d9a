/** Links of hovers: numbers that stand for what a click does, so that no text from a model or corpus is ever an argument. */
import type { HoverLink } from '../protocol/messages';

/** Links that are remembered: those of some hundred hovers. */
const mostLinks = 4096;

export class HoverLinks {
  readonly #links = new Map<number, HoverLink>();
  #next = 1;

  /** A number for a link. The oldest are forgotten. */
  issue(link: HoverLink): number {
    const number = this.#next++;
    this.#links.set(number, link);
    this.#links.delete(number - mostLinks);
    return number;
  }

  /** What a number stands for; null when it is too old to be known. */
  resolve(number: number): HoverLink | null {
    return this.#links.get(number) ?? null;
  }
}
