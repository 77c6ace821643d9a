/** What a hover shows, as plain data; `hoverMarkdown` makes text of it. */
import type { WordFacts } from '../protocol/interactive';
import type { ThemeKind } from '../protocol/messages';

/** A hover on a word: what is known of it, or that it is being computed. */
export type HoverData =
  | { readonly kind: 'computing' }
  | {
      readonly kind: 'ready';
      readonly facts: WordFacts;
      /** The line of the document on which the word stands now. */
      readonly line: number;
      /** At most three; the place in the list is the channel: fill, underline, overline. */
      readonly pins: readonly string[];
      /** The corpus in links. */
      readonly corpus: string;
      readonly theme: ThemeKind;
    };
