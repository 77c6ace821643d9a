/** What the rest of the program knows of a tokenizer: ids and exact UTF-16 spans. Made by `tokenizer/open.ts`. */

/** Tokens of one text, columns of equal length. */
export interface Tokens {
  readonly ids: Int32Array;
  readonly pieces: readonly string[];
  /** Span in the text, UTF-16 units; special tokens added by the tokenizer have 0,0. */
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** Word the token belongs to (as the tokenizer's pre-tokeniser splits, or the given word); −1 for special tokens. */
  readonly word: Int32Array;
  readonly special: Uint8Array;
  /** True where spans could not be recovered exactly (irreversible normalisation). */
  readonly approximate: boolean;
}

export interface Tokenizer {
  /** SHA-256 (hex) of tokenizer.json: part of the model's identity. */
  readonly hash: string;
  readonly vocabularySize: number;
  readonly largestId: number;
  /** Case does not survive normalisation: concepts of case cannot be asked. */
  readonly lowercases: boolean;
  /** Padding the file or its config asks for; `id` falls back to the end-of-text token, then 0. */
  readonly padding: { readonly side: 'left' | 'right'; readonly id: number };
  /** Most tokens one text may have (from tokenizer_config.json), if stated sensibly. */
  readonly maxLength: number | undefined;
  /** The token that stands for a word to be guessed, where there is one. */
  readonly mask: number | undefined;
  /** Kind of model inside: 'WordPiece', 'BPE', 'Unigram', 'WordLevel'. */
  readonly kind: string;
  pieceOf(id: number): string | undefined;
  idOf(piece: string): number | undefined;
  /** Tokens of a plain text with the tokenizer's own special tokens. */
  encode(text: string, options?: { readonly addSpecial?: boolean }): Tokens;
  /**
   * Tokens of annotated words, each tokenised on its own (with its leading space where the previous word has one after
   * it), special tokens around the whole. Spans are within `text`. A word that yields no token simply has none.
   */
  encodeWords(text: string, words: readonly { readonly start: number; readonly end: number; readonly spaceBefore: boolean }[]): Tokens;
}
