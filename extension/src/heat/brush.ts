/**
 * Puts spans on one editor, a few milliseconds at a time: the host has to answer others meanwhile. Kinds that show what they
 * should already are left alone. Nothing here knows the editor.
 */
import { spansByKind } from './spans';
import type { PaintSpan } from './spans';

type Layers = readonly (readonly PaintSpan[])[];

export interface BrushPorts<Place> {
  /** A span as the editor takes it. */
  readonly placeOf: (span: PaintSpan) => Place;
  /** Shows a kind at these places and nowhere else. */
  readonly set: (kind: number, places: readonly Place[]) => void;
  /** Settles when everybody else has had a turn. */
  readonly pause: () => Promise<void>;
  /** Milliseconds that only grow. */
  readonly clock: () => number;
}

/** So long without a pause, in milliseconds. */
const turnMs = 5;
/** Spans between two looks at the clock. */
const spansAtOnce = 64;

export class Brush<Place> {
  readonly #ports: BrushPorts<Place>;
  readonly #shown: (readonly PaintSpan[])[] = [];
  #wanted: () => Layers = () => [];
  #isAtWork = false;
  #turnBegan = 0;

  constructor(ports: BrushPorts<Place>) {
    this.#ports = ports;
  }

  /**
   * Shows what `layers` gives, spans of each pin in the order of the pins, instead of what was shown. It is asked in the turn
   * after this one; whatever is still on its way from an earlier call is dropped.
   */
  show(layers: () => Layers): void {
    this.#wanted = layers;
    if (!this.#isAtWork) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isAtWork = true;
    try {
      let painted;
      do {
        await this.#pause();
        painted = this.#wanted;
        await this.#paint(painted);
      } while (painted !== this.#wanted);
    } finally {
      this.#isAtWork = false;
    }
  }

  /** Ends early when something else is wanted. */
  async #paint(wanted: () => Layers): Promise<void> {
    const { placeOf, set } = this.#ports;
    for (const [kind, spans] of spansByKind(wanted()).entries()) {
      if (isSame(spans, this.#shown[kind] ?? [])) continue;
      const places: Place[] = [];
      for (const [at, span] of spans.entries()) {
        if (at % spansAtOnce === 0 && (await this.#isSuperseded(wanted))) return;
        places.push(placeOf(span));
      }
      // To set many takes a turn of its own.
      if (await this.#isSuperseded(wanted)) return;
      set(kind, places);
      this.#shown[kind] = spans;
    }
  }

  /** Lets others have a turn when this one was long enough, and says whether something else is wanted since. */
  async #isSuperseded(wanted: () => Layers): Promise<boolean> {
    if (this.#ports.clock() - this.#turnBegan >= turnMs) await this.#pause();
    return wanted !== this.#wanted;
  }

  async #pause(): Promise<void> {
    await this.#ports.pause();
    this.#turnBegan = this.#ports.clock();
  }
}

function isSame(some: readonly PaintSpan[], others: readonly PaintSpan[]): boolean {
  return some.length === others.length && some.every((span, at) => span === others[at]);
}
