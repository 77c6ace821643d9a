/**
 * The one selection that every view follows: which neuron, which word, which concept, what is pinned. Changes are intents;
 * the reducer is pure, and the store tells whoever listens.
 */
import { isNumberTitle } from '../../server/src/protocol/numbers';
import type { Selection } from '../../server/src/protocol/views';
import { Listeners } from './listeners';

export type Side = 'high' | 'low';

/** What somebody wants of the selection. */
export type Intent =
  /** With a concept, both change at once. A preview is drawn like any focus and remembered by nobody: until it is kept, Back leads to what was there before it. */
  | { readonly type: 'focus'; readonly neuron: string; readonly side: Side; readonly concept?: string; readonly preview?: boolean }
  /** Ends a preview and shows again what was there before it. */
  | { readonly type: 'restore' }
  /** A place that was asked for is remembered by Back; one that the cursor merely came to is not. */
  | { readonly type: 'place'; readonly place: Selection['place']; readonly recorded: boolean }
  | { readonly type: 'concept'; readonly concept: string | null }
  /** All at once, so that none of them takes the place of another; beyond the channels that there are, the first count. */
  | { readonly type: 'pin'; readonly neurons: readonly string[] }
  | { readonly type: 'unpin'; readonly neuron: string }
  /** All marks at once: actions apply to each of them. */
  | { readonly type: 'mark'; readonly neurons: readonly string[] }
  | { readonly type: 'unpinAll' | 'back' | 'forward' };

type Place = NonNullable<Selection['place']>;

/** What Back returns to. */
type Moment = Pick<Selection, 'focus' | 'place'>;

export interface History {
  readonly selection: Selection;
  /** Oldest first. */
  readonly past: readonly Moment[];
  /** Nearest first. */
  readonly future: readonly Moment[];
  /** What was there before the preview that is on show; null without one. */
  readonly kept: (Moment & Pick<Selection, 'concept'>) | null;
}

/** How many steps Back goes. */
export const historyLength = 50;
/** Fill, underline and overline: there are no more channels. */
export const mostPins = 3;

/** More marks than anybody can compare are a mistake. */
export const mostMarks = 100;

export const nothingSelected: Selection = { focus: null, isPreview: false, place: null, concept: null, pins: [], marks: [] };

/** The history after an intent; the same object when nothing changes. */
function reduce(history: History, intent: Intent): History {
  const { selection } = history;
  switch (intent.type) {
    case 'focus':
      return focused(history, intent);
    case 'restore':
      return restored(history);
    case 'place':
      if (samePlace(selection.place, intent.place)) return history;
      // Who goes to a word of a previewed neuron has decided for it.
      return intent.recorded
        ? recorded(history, { ...selection, place: intent.place, isPreview: false })
        : replaced(history, { ...selection, place: intent.place });
    case 'concept':
      // No word carries a number.
      if (intent.concept !== null && isNumberTitle(intent.concept)) return history;
      return intent.concept === selection.concept ? history : replaced(history, { ...selection, concept: intent.concept });
    case 'pin':
      return pinned(history, intent.neurons);
    case 'unpin':
      if (!selection.pins.includes(intent.neuron)) return history;
      return replaced(history, { ...selection, pins: selection.pins.filter((pin) => pin !== intent.neuron) });
    case 'unpinAll':
      return selection.pins.length === 0 ? history : replaced(history, { ...selection, pins: [] });
    case 'mark': {
      const marks = [...new Set(intent.neurons)].slice(0, mostMarks);
      return marks.join() === selection.marks.join() ? history : replaced(history, { ...selection, marks });
    }
    case 'back': {
      if (history.kept) return restored(history);
      const moment = history.past.at(-1);
      if (!moment) return history;
      return {
        selection: { ...selection, ...moment },
        past: history.past.slice(0, -1),
        future: [momentOf(selection), ...history.future],
        kept: null,
      };
    }
    case 'forward': {
      const [moment, ...future] = history.future;
      if (!moment) return history;
      const now = momentOf(history.kept ?? selection);
      return { selection: { ...selection, ...moment, isPreview: false }, past: [...history.past, now], future, kept: null };
    }
  }
}

function pinned(history: History, neurons: readonly string[]): History {
  const { selection } = history;
  const wanted = [...new Set(neurons)].slice(0, mostPins);
  if (wanted.every((neuron) => selection.pins.includes(neuron))) return history;
  // The oldest pins keep their channels: a fourth takes the place of the last.
  const others = selection.pins.filter((pin) => !wanted.includes(pin)).slice(0, mostPins - wanted.length);
  const stay = selection.pins.filter((pin) => wanted.includes(pin) || others.includes(pin));
  return replaced(history, { ...selection, pins: [...new Set([...stay, ...wanted])] });
}

function focused(history: History, { neuron, side, concept, preview = false }: Intent & { readonly type: 'focus' }): History {
  const { kept } = history;
  const focus = { neuron, side };
  const asked = concept !== undefined && !isNumberTitle(concept) ? concept : undefined;
  const selection = { ...history.selection, concept: asked ?? history.selection.concept };
  if (sameFocus(selection.focus, focus) && (preview || !selection.isPreview))
    return selection.concept === history.selection.concept ? history : replaced(history, selection);
  // Values at the word were of the other neuron; the other side of the same one has them still.
  const place = selection.place && (selection.focus?.neuron === neuron ? selection.place : { ...selection.place, ...unknown });
  const next = { ...selection, focus, place };
  const { concept: before } = history.selection;
  if (!preview) return recorded(history, { ...next, isPreview: false });
  // Walking back to where the walk began ends the preview.
  if (kept && sameFocus(kept.focus, next.focus)) return { ...replaced(history, { ...next, isPreview: false }), kept: null };
  return { ...replaced(history, { ...next, isPreview: true }), kept: kept ?? { ...momentOf(selection), concept: before } };
}

function restored(history: History): History {
  const { kept, selection } = history;
  if (!kept) return history;
  const place = selection.place && { ...selection.place, ...unknown };
  return { ...replaced(history, { ...selection, focus: kept.focus, concept: kept.concept, place, isPreview: false }), kept: null };
}

const unknown = { value: null, percentile: null } as const;

function momentOf({ focus, place }: Moment): Moment {
  return { focus, place };
}

function replaced(history: History, selection: Selection): History {
  return { ...history, selection };
}

function recorded(history: History, selection: Selection): History {
  const before = momentOf(history.kept ?? history.selection);
  // A moment that would look like this one is no step back.
  const isStep = before.place !== null || (before.focus !== null && !sameFocus(before.focus, selection.focus));
  const past = isStep ? [...history.past, before].slice(-historyLength) : history.past;
  return { selection, past, future: [], kept: null };
}

function sameFocus(a: Selection['focus'], b: Selection['focus']): boolean {
  return a?.neuron === b?.neuron && a?.side === b?.side;
}

function samePlace(a: Selection['place'], b: Selection['place']): boolean {
  if (!a || !b) return a === b;
  return sameWord(a, b) && a.line === b.line && a.text === b.text && a.value === b.value && a.percentile === b.percentile;
}

/** Whether two places are one word of one corpus, whatever else is known of it. */
export function sameWord(a: Pick<Place, 'uri' | 'word'> | null, b: Pick<Place, 'uri' | 'word'> | null): boolean {
  return a?.uri === b?.uri && a?.word === b?.word;
}

/** The neurons that are painted, by channel: the pins, and for as long as it lasts a preview, which borrows the last channel where none is free. */
export function painted({ pins, focus, isPreview }: Selection): readonly string[] {
  if (!isPreview || !focus || pins.includes(focus.neuron)) return pins;
  return [...pins.slice(0, mostPins - 1), focus.neuron];
}

/** Holds the selection and tells of its changes. */
export class SelectionStore {
  readonly #listeners = new Listeners<[now: Selection, before: Selection]>();
  #history: History;

  constructor(selection: Selection = nothingSelected) {
    this.#history = { selection, past: [], future: [], kept: null };
  }

  get now(): Selection {
    return this.#history.selection;
  }

  get canGoBack(): boolean {
    return this.#history.past.length > 0 || this.#history.kept !== null;
  }

  get canGoForward(): boolean {
    return this.#history.future.length > 0;
  }

  /** Carries out an intent; listeners hear of it only when something changed. */
  send(intent: Intent): void {
    const before = this.#history;
    this.#history = reduce(before, intent);
    if (this.#history === before) return;
    this.#listeners.tell(this.#history.selection, before.selection);
  }

  onChange(listener: (now: Selection, before: Selection) => void): { dispose(): void } {
    return this.#listeners.add(listener);
  }
}
