/** Jobs in which a model writes: text that goes on, and words behind masks. */
import type { Edit } from './edits';
import type { CorpusRef, ModelRef } from './sources';

export interface GenerateParams {
  readonly model: ModelRef;
  /** What the text goes on from; of encoder-decoder models what the encoder reads. */
  readonly prompt: string | readonly number[];
  /** Encoder-decoder models: what the decoder has written already. */
  readonly decoderText?: string;
  readonly edits: readonly Edit[];
  readonly meanOver?: CorpusRef;
  /** Most tokens to write. */
  readonly max: number;
  /** 0: always the most likely token. */
  readonly temperature: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly seed: number;
  /** False: read the whole text again for every token, even where the export remembers. */
  readonly useCache: boolean;
}

export interface GenerateResult {
  /** Ids that were read before the first token was written, of the decoder where there is one. */
  readonly promptIds: readonly number[];
  /** What was written; `probability` is the model's own, whatever the temperature. */
  readonly tokens: readonly { readonly id: number; readonly piece: string; readonly probability: number }[];
  readonly text: string;
  /** `cancelled`: somebody stopped it; what was written until then is whole. */
  readonly stopped: 'end of text' | 'max' | 'longest text of the model' | 'cancelled';
  readonly cached: boolean;
  readonly notes: readonly string[];
}

export interface FillParams {
  readonly model: ModelRef;
  readonly texts: readonly string[];
  readonly edits: readonly Edit[];
  readonly meanOver?: CorpusRef;
  /** Candidates for each mask. */
  readonly top: number;
}

/** The masks of one text, in order. */
export interface FilledText {
  readonly text: string;
  readonly masks: readonly {
    /** Position among the tokens of the text, special ones included. */
    readonly position: number;
    readonly candidates: readonly { readonly id: number; readonly piece: string; readonly probability: number; readonly logit: number }[];
  }[];
}
