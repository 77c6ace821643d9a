/** What commands may touch, and what a command is. */
import type { ChosenTaps } from '../chosenTaps';
import type { Collections } from '../collections';
import type { ComparedPins } from '../comparedPins';
import type { ExplorerModel } from '../explorerModel';
import type { KeptConcepts } from '../keptConcepts';
import type { Memory } from '../memory';
import type { PaintedFormula } from '../paintedFormula';
import type { RankingTree } from '../rankingTree';
import type { RunningAnalysis } from '../running';
import type { SelectionStore } from '../selection';
import type { Session } from '../session';
import type { Settings } from '../settings';
import type { Study } from '../study';
import type { Ui } from '../ui';

/** Files that come with the product. */
export interface Bundled {
  readonly models: readonly { readonly name: string; readonly folder: string; readonly detail: string }[];
  readonly corpus: string;
}

export interface CommandServices {
  readonly session: Pick<Session, 'state' | 'status' | 'start' | 'restart' | 'ask'>;
  readonly study: Study;
  readonly selection: SelectionStore;
  readonly explorer: ExplorerModel;
  /** Pinned neurons side by side. */
  readonly compared: ComparedPins;
  /** What the tree of rankings shows, and how. */
  readonly rankings: RankingTree;
  /** Neurons that are kept together. */
  readonly collections: Collections;
  readonly running: RunningAnalysis;
  readonly memory: Memory;
  readonly concepts: KeptConcepts;
  readonly formula: PaintedFormula;
  /** Words of a document on which the painted formula and its neuron disagree, as far as they were looked for. */
  readonly disagreements: (uri: string) => readonly { readonly line: number; readonly start: number; readonly end: number }[];
  readonly ui: Ui;
  /** Taps that were put elsewhere by hand. */
  readonly chosenTaps: ChosenTaps;
  readonly settings: () => Settings;
  readonly bundled: Bundled;
  /** Where result files go. */
  readonly resultFolder: string;
  /** Opens the tree's own filter. */
  readonly filterRankings: () => Promise<void>;
  /** Moves to the next row of the rankings' tree, or to the one before, and gives it. */
  readonly stepInRankings: (by: 1 | -1) => Promise<unknown>;
  /** Shows the explorer's page in the editor area. */
  readonly openNeuronPage: () => void;
  readonly togglePaint: () => void;
  readonly showLog: () => void;
}

/** `argument` is what a tree, a link or a test hands over; from the palette there is none. */
export type Action = (services: CommandServices, argument?: unknown) => void | Promise<void>;

export interface Command {
  readonly ready: Action;
  /** What it does while the server is not ready; without it the person is told why nothing happens. */
  readonly otherwise?: Action;
  /** It runs a model, so it is refused in a workspace without trust. */
  readonly runsModels?: true;
}
