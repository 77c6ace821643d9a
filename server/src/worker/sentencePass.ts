/** Single sentences through the model, for words that no analysis has stored: the same inputs and rows as extraction makes. */
import { gatherRows } from '../activations/gatherRows';
import { planChunk } from '../activations/plan';
import type { RowTable } from '../activations/rowTable';
import { configNumber } from '../onnx/config';
import type { TapTensor } from '../onnx/taps';
import { openForwardPass } from '../runtime/forwardPass';
import type { TapPass } from '../runtime/forwardPass';
import type { TapRows } from './comparison';
import type { OpenStudy } from './openStudy';
import { editorSpec } from './openStudy';
import { tokenizerFor } from './openModel';

/** A sentence that was run: its rows, and their values tap by tap. */
export interface RunSentence {
  readonly table: RowTable;
  readonly taps: readonly TapRows[];
}

export class SentencePass {
  readonly #study: OpenStudy;
  readonly #chosen: readonly TapTensor[];
  #pass: Promise<TapPass> | undefined;

  /** A pass over some taps; the session opens with the first sentence and stays. */
  constructor(study: OpenStudy, chosen: readonly TapTensor[]) {
    this.#study = study;
    this.#chosen = chosen;
  }

  async run(sentence: number): Promise<RunSentence> {
    const { model, corpus } = this.#study;
    const { maxTokens } = model;
    const pass = await (this.#pass ??= openForwardPass(model.folder, this.#chosen, maxTokens === undefined ? {} : { maxTokens }));
    const tokenizer = tokenizerFor(model);
    const limits = [maxTokens, tokenizer.maxLength].filter((limit) => limit !== undefined);
    const plan = planChunk(corpus, { index: 0, from: sentence, to: sentence + 1, words: 0 }, tokenizer, {
      aggregation: editorSpec.words,
      maxTokens: limits.length > 0 ? Math.min(...limits) : undefined,
      batchTokens: 512,
      embeddingRows: model.embeddingRows,
      decoderStart: this.#chosen.some(({ point }) => point.stack === 'dec')
        ? configNumber(model.folder.config, 'decoder_start_token_id')
        : undefined,
    });
    const { table } = plan;
    const taps = this.#chosen.map(({ point, width }) => ({ point, width, rows: table.rows, values: new Float32Array(table.rows * width) }));
    for (const { batch, sources } of plan.batches) {
      const outputs = await pass.run(batch);
      taps.forEach(({ point, width, values }, t) => {
        const output = outputs[t];
        if (!output) return;
        const decoder = point.stack === 'dec' ? batch.decoder : undefined;
        const gathered = new Float32Array(sources.rows.length * width);
        gatherRows(output, sources, 0, sources.rows.length, width, decoder?.length ?? batch.length, decoder ? 1 : 0, gathered);
        sources.rows.forEach((row, i) => values.set(gathered.subarray(i * width, (i + 1) * width), row * width));
      });
    }
    return { table, taps };
  }
}
