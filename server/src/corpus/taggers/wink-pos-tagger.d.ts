/** The part of wink-pos-tagger 2.2.2 that is used here; the package brings no types. */
declare module 'wink-pos-tagger' {
  interface TaggedToken {
    readonly value: string;
    readonly pos: string;
  }

  interface Tagger {
    /** Adds `pos` (a Penn Treebank tag, or the character itself for unknown punctuation) to each token, in place. */
    tag(tokens: { value: string; tag: 'word' | 'number' | 'punctuation' }[]): TaggedToken[];
  }

  export default function posTagger(): Tagger;
}
