/** What a page of results is made of, whichever analysis it shows: tables whose rows open, lists of words, small charts. */
import type { WordPlace } from '../../../server/src/protocol/explain';
import type { FromAnalysis } from '../../../server/src/protocol/views';
import type { ChartData } from '../shared/chart';

/** What one analysis found. */
export interface Page {
  readonly title: string;
  readonly method: string;
  readonly evidence: string;
  /** What was found, in a sentence. */
  readonly lede: string;
  readonly blocks: readonly Block[];
  readonly notes: readonly string[];
}

export type Block = TableBlock | ListBlock | ChartBlock | { readonly kind: 'text'; readonly title: string; readonly text: string };

export interface TableBlock {
  readonly kind: 'table';
  readonly title: string;
  readonly head: readonly Head[];
  readonly rows: readonly Row[];
}

export interface Head {
  readonly text: string;
  /** What the column means. */
  readonly meaning?: string;
  readonly right?: true;
}

export interface Row {
  readonly cells: readonly Cell[];
  /** What opens below it; made when it does. */
  readonly detail?: () => Detail;
}

export interface Detail {
  readonly actions: readonly Action[];
  readonly blocks: readonly Block[];
}

/** A button; `of` says which state of the host it shows. */
export interface Action {
  readonly text: string;
  readonly intent: FromAnalysis;
  /** Is on while the host says so, and then turns it off. */
  readonly on?: { readonly key: string; readonly text: string; readonly intent: FromAnalysis };
}

export type Cell =
  | { readonly kind: 'text'; readonly text: string; readonly quiet?: boolean; readonly mono?: boolean }
  | { readonly kind: 'neuron'; readonly id: string; readonly direction: 1 | -1 | null }
  | {
      readonly kind: 'bar';
      readonly score: number | null;
      readonly chance: number;
      readonly best: number;
      readonly luck?: number | null;
      readonly direction?: 1 | -1;
      readonly label: string;
    }
  /** Words of a sentence; `share` of the most there is. */
  | { readonly kind: 'words'; readonly words: readonly { readonly text: string; readonly share: number; readonly title: string }[] };

/** Words in their sentences. */
export interface ListBlock {
  readonly kind: 'list';
  readonly title: string;
  /** In which colour: of what is high, or of what is low. */
  readonly side: 1 | -1 | null;
  readonly items: readonly Item[];
}

export interface Item {
  readonly value: string;
  readonly before: string;
  readonly word: string;
  readonly after: string;
  /** Where a click leads. */
  readonly at?: WordPlace;
}

export type ChartBlock = { readonly kind: 'chart' } & ChartData;

export const text = (value: string, quiet = false): Cell => ({ kind: 'text', text: value, quiet });
export const mono = (value: string): Cell => ({ kind: 'text', text: value, mono: true });
export const plain = (name: string, meaning?: string): Head => ({ text: name, ...(meaning && { meaning }) });
export const right = (name: string, meaning?: string): Head => ({ ...plain(name, meaning), right: true });
