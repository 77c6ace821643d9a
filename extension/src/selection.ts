/**
 * The one selection that every view follows: which neuron, which word, which concept, what is pinned. Changes are intents;
 * the reducer is pure, and the store tells whoever listens.
 */
import type { Selection } from '../../server/src/protocol/views';

export type Side = 'high' | 'low';

/** What somebody wants of the selection. */
export type Intent =
  | { readonly type: 'focus'; readonly neuron: string; readonly side: Side }
  /** A place that was asked for is remembered by Back; one that the cursor merely came to is not. */
  | { readonly type: 'place'; readonly place: Selection['place']; readonly recorded: boolean }
  | { readonly type: 'concept'; readonly concept: string | null }
  | { readonly type: 'pin' | 'unpin'; readonly neuron: string }
  | { readonly type: 'unpinAll' | 'back' | 'forward' };

/** What Back returns to. */
type Moment = Pick<Selection, 'focus' | 'place'>;

export interface History {
  readonly selection: Selection;
  /** Oldest first. */
  readonly past: readonly Moment[];
  /** Nearest first. */
  readonly future: readonly Moment[];
}

/** How many steps Back goes. */
export const historyLength = 50;
/** Fill, underline and overline: there are no more channels. */
export const mostPins = 3;

export const nothingSelected: Selection = { focus: null, place: null, concept: null, pins: [] };

/** The history after an intent; the same object when nothing changes. */
function reduce(history: History, intent: Intent): History {
  const { selection } = history;
  switch (intent.type) {
    case 'focus': {
      const { neuron, side } = intent;
      if (selection.focus?.neuron === neuron && selection.focus.side === side) return history;
      // Values at the word were of the other neuron; the other side of the same one has them still.
      const place = selection.place && (selection.focus?.neuron === neuron ? selection.place : { ...selection.place, ...unknown });
      return recorded(history, { ...selection, focus: { neuron, side }, place });
    }
    case 'place':
      if (samePlace(selection.place, intent.place)) return history;
      return (intent.recorded ? recorded : replaced)(history, { ...selection, place: intent.place });
    case 'concept':
      return intent.concept === selection.concept ? history : replaced(history, { ...selection, concept: intent.concept });
    case 'pin':
      if (selection.pins.includes(intent.neuron)) return history;
      // The oldest pins keep their channels: a fourth takes the place of the last.
      return replaced(history, { ...selection, pins: [...selection.pins.slice(0, mostPins - 1), intent.neuron] });
    case 'unpin':
      if (!selection.pins.includes(intent.neuron)) return history;
      return replaced(history, { ...selection, pins: selection.pins.filter((pin) => pin !== intent.neuron) });
    case 'unpinAll':
      return selection.pins.length === 0 ? history : replaced(history, { ...selection, pins: [] });
    case 'back': {
      const moment = history.past.at(-1);
      if (!moment) return history;
      return { selection: { ...selection, ...moment }, past: history.past.slice(0, -1), future: [momentOf(selection), ...history.future] };
    }
    case 'forward': {
      const [moment, ...future] = history.future;
      if (!moment) return history;
      return { selection: { ...selection, ...moment }, past: [...history.past, momentOf(selection)], future };
    }
  }
}

const unknown = { value: null, percentile: null } as const;

function momentOf({ focus, place }: Selection): Moment {
  return { focus, place };
}

function replaced(history: History, selection: Selection): History {
  return { ...history, selection };
}

function recorded(history: History, selection: Selection): History {
  const before = momentOf(history.selection);
  const past = before.focus || before.place ? [...history.past, before].slice(-historyLength) : history.past;
  return { selection, past, future: [] };
}

function samePlace(a: Selection['place'], b: Selection['place']): boolean {
  if (!a || !b) return a === b;
  return sameWord(a, b) && a.line === b.line && a.text === b.text && a.value === b.value && a.percentile === b.percentile;
}

/** Whether two places are one word of one corpus, whatever else is known of it. */
export function sameWord(a: Selection['place'], b: Selection['place']): boolean {
  return a?.uri === b?.uri && a?.word === b?.word;
}

/** Holds the selection and tells of its changes. */
export class SelectionStore {
  readonly #listeners = new Set<(now: Selection, before: Selection) => void>();
  #history: History;

  constructor(selection: Selection = nothingSelected) {
    this.#history = { selection, past: [], future: [] };
  }

  get now(): Selection {
    return this.#history.selection;
  }

  get canGoBack(): boolean {
    return this.#history.past.length > 0;
  }

  get canGoForward(): boolean {
    return this.#history.future.length > 0;
  }

  /** Carries out an intent; listeners hear of it only when something changed. */
  send(intent: Intent): void {
    const before = this.#history;
    this.#history = reduce(before, intent);
    if (this.#history === before) return;
    for (const listener of [...this.#listeners]) listener(this.#history.selection, before.selection);
  }

  onChange(listener: (now: Selection, before: Selection) => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }
}
