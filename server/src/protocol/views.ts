/**
 * What the host and its pages say to each other. The host holds the truth and sends whole snapshots; a page holds interface
 * state only (what is open, scrolled, sorted) and sends intents. Both sides check what they receive.
 */
import type { ExplainedNeuron } from './analyses';
import type { Progress } from './workerMessages';
import type { NeuronView } from './messages';
import type { ModelCard } from './modelCard';

/** One selection that every view follows. */
export interface Selection {
  /** The neuron that is looked at, and from which side. */
  readonly focus: { readonly neuron: string; readonly side: 'high' | 'low' } | null;
  /** The focus is only passed by, as an arrow key passes rows: shown everywhere, remembered nowhere until it is kept. */
  readonly isPreview: boolean;
  /** The word under the cursor, and the focused neuron there. Lines count from 0. */
  readonly place: {
    readonly uri: string;
    /** The word's number in the corpus, by which it is found again where edits have moved it. */
    readonly word: number;
    readonly line: number;
    readonly text: string;
    readonly value: number | null;
    readonly percentile: number | null;
  } | null;
  readonly concept: string | null;
  /** At most three; the place in the list is the channel: fill, underline, overline. */
  readonly pins: readonly string[];
  /** Neurons that were marked with Ctrl, Shift or Space: actions apply to all of them. */
  readonly marks: readonly string[];
}

/** What a neuron's page shows: loading with numbers, ready, stale, failed, or nothing chosen yet. */
export type ExplorerState =
  | { readonly kind: 'empty'; readonly reason: 'no model' | 'no corpus' | 'no neuron' | 'restricted' | 'no server' }
  | {
      readonly kind: 'loading';
      readonly neuron: string;
      readonly progress: { readonly done: number; readonly total: number; readonly unit: string } | null;
    }
  | { readonly kind: 'ready'; readonly view: NeuronView; readonly stale: string | null }
  | { readonly kind: 'failed'; readonly neuron: string; readonly code: string; readonly message: string };

/** As much of a pinned neuron as is compared with the others. */
export type ComparedNeuron = Pick<NeuronView, 'neuron' | 'side' | 'concept' | 'firesOn' | 'histogram' | 'concepts'>;

/** The word that the pointer rests on, and the value of the neuron on show there. */
export interface HoveredPlace {
  readonly text: string;
  readonly value: number;
}

/** The lists of examples of a neuron, one of which is open. */
export const exampleTabs = ['bands', 'top', 'random', 'lowest', 'wrong'] as const;
export type ExampleTab = (typeof exampleTabs)[number];

/** Host → explorer. */
export interface ToExplorer {
  readonly type: 'snapshot';
  readonly selection: Selection;
  readonly state: ExplorerState;
  /** The pinned neurons, once there are several and they are known. */
  readonly compared: readonly ComparedNeuron[];
  /** A preview of a place; it is never recorded. */
  readonly hovered: HoveredPlace | null;
  readonly canGoBack: boolean;
  readonly canGoForward: boolean;
}

/** Explorer → host. */
export type FromExplorer =
  | { readonly type: 'ready' }
  | { readonly type: 'focus'; readonly neuron: string; readonly side: 'high' | 'low' }
  | { readonly type: 'concept'; readonly concept: string | null }
  | { readonly type: 'pin'; readonly neurons: readonly string[] }
  | { readonly type: 'unpin'; readonly neuron: string }
  | { readonly type: 'mark'; readonly neurons: readonly string[] }
  /** The next neuron of the ranking for this concept, or the one before. */
  | { readonly type: 'step'; readonly by: 1 | -1 }
  /** Ends a preview. */
  | { readonly type: 'restore' }
  /** Shows the word under the cursor again. */
  | { readonly type: 'here' }
  /** The list of examples that is open, which is the one that is stepped through. */
  | { readonly type: 'examples'; readonly tab: ExampleTab }
  /** Shows the example that begins there, with `peek` below the line where the cursor is. */
  | { readonly type: 'open'; readonly line: number; readonly character: number; readonly peek: boolean }
  | {
      readonly type: 'command';
      readonly command:
        | 'golgi.chooseModel'
        | 'golgi.chooseCorpus'
        | 'golgi.openSample'
        | 'golgi.rankNeurons'
        | 'golgi.showLog'
        | 'golgi.goToNeuron'
        | 'golgi.restart'
        | 'workbench.trust.manage';
    };

/** Host → concept table: the bytes of the result file as they are; the page reads them. */
export type ToTable =
  | { readonly type: 'result'; readonly bytes: Uint8Array; readonly name: string; readonly selection: Selection }
  | { readonly type: 'selection'; readonly selection: Selection }
  | { readonly type: 'failed'; readonly code: string; readonly message: string; readonly remedy: string };

/** Concept table → host. */
export type FromTable =
  | { readonly type: 'ready' }
  /** Passing a cell is a preview; keeping it opens the explorer. */
  | { readonly type: 'focus'; readonly neuron: string; readonly side: 'high' | 'low'; readonly concept: string; readonly keep: boolean }
  | { readonly type: 'restore' }
  | { readonly type: 'mark'; readonly neurons: readonly string[] }
  | { readonly type: 'pin'; readonly neurons: readonly string[] }
  | { readonly type: 'copy'; readonly text: string }
  /** Shows the card of a method. */
  | { readonly type: 'method'; readonly method: string };

/** Self-checks of a model: they run it, so they run when somebody asks for them. */
export type SelfCheck =
  | { readonly kind: 'not run' | 'done' }
  | { readonly kind: 'running'; readonly progress: Progress | null }
  | { readonly kind: 'failed'; readonly problems: readonly Finding[] };

/** One thing that is wrong, as a person reads it. */
export interface Finding {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** What a model's card shows. */
export type CardState =
  | { readonly kind: 'none'; readonly reason: 'starting' | 'no server' | 'restricted' | 'unsupported' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly card: ModelCard; readonly check: SelfCheck }
  | { readonly kind: 'failed'; readonly problems: readonly Finding[]; readonly hasChosenTaps: boolean };

/** Host → model card: the whole of what is to be shown. */
export interface ToCard {
  readonly type: 'card';
  readonly name: string;
  readonly state: CardState;
  /** The model is the one that this window studies. */
  readonly isStudied: boolean;
}

/** Model card → host. */
export type FromCard =
  | { readonly type: 'ready' }
  /** Runs the self-checks, and stops them. */
  | { readonly type: 'check' | 'stop' }
  /** Offers the other tensors that a tap may mean, and puts it back to where it was found. */
  | { readonly type: 'choose' | 'undo'; readonly tap: string }
  | { readonly type: 'undoAll' }
  /** Studies this model. */
  | { readonly type: 'use' }
  | { readonly type: 'command'; readonly command: 'golgi.showLog' | 'golgi.restart' | 'workbench.trust.manage' };

/** Host → page of analyses: the bytes of the file as they are, and what the window has of it. */
export type ToAnalysis =
  | { readonly type: 'analysis'; readonly bytes: Uint8Array; readonly name: string; readonly window: AnalysisWindow }
  | { readonly type: 'window'; readonly window: AnalysisWindow }
  | { readonly type: 'failed'; readonly code: string; readonly message: string; readonly remedy: string };

/** What the window has to do with an analysis. */
export interface AnalysisWindow {
  /** The hash of the open corpus: places of another text lead nowhere. Null while none is open. */
  readonly corpus: string | null;
  readonly painted: ExplainedNeuron | null;
  /** Concepts that were kept, as they are written. */
  readonly kept: readonly string[];
  readonly focus: string | null;
}

/** Page of analyses → host. */
export type FromAnalysis =
  | { readonly type: 'ready' }
  | { readonly type: 'focus'; readonly neuron: string; readonly side: 'high' | 'low' }
  /** Shows a word of the corpus. */
  | { readonly type: 'open'; readonly word: number; readonly line: number; readonly text: string }
  /** Paints the words on which a neuron and its formula disagree; null takes the paint off. */
  | { readonly type: 'paint'; readonly explained: ExplainedNeuron | null }
  | { readonly type: 'keep' | 'forget' | 'rank'; readonly concept: string }
  /** Shows the card of a method. */
  | { readonly type: 'method'; readonly method: string };
