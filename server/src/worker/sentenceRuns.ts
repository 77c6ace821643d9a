/**
 * Single sentences through the model: values for words that no analysis has stored, made from the same inputs and rows as
 * extraction makes, and what the model predicts. Both come from one run, which is kept: no sentence is run twice.
 */
import type { PlannedBatch, RowSources } from '../activations/batches';
import { gatherRows } from '../activations/gatherRows';
import { planChunk } from '../activations/plan';
import type { RowTable } from '../activations/rowTable';
import { decoderStartToken } from '../onnx/config';
import type { TapTensor } from '../onnx/taps';
import type { ModelRun, Wanted } from '../runtime/modelRun';
import type { TapRows } from './comparison';
import type { OpenStudy } from './openStudy';
import { editorSpec } from './openStudy';
import { tokenizerFor, windowOf } from './openModel';
import { mostProbable } from './mostProbable';
import type { Probable } from './mostProbable';
import { sessions as ownSessions } from './sessions';
import type { SessionCache } from './sessions';

/** A sentence that was run. */
export interface RunSentence {
  readonly table: RowTable;
  /** Values tap by tap; null after they were let go. */
  readonly taps: readonly TapRows[] | null;
  /** What the head gives at the last token of each row, most probable first; null without a head. */
  readonly head: readonly (readonly Probable[])[] | null;
}

/** Values kept of all sentences together, 64 MB; tables and predictions are small and kept longer. */
const keptValues = 1 << 24;
const keptSentences = 4096;

export class SentenceRuns {
  readonly #study: OpenStudy;
  readonly #chosen: readonly TapTensor[];
  readonly #sessions: SessionCache;
  readonly #head: Wanted | undefined;
  readonly #kept = new Map<number, RunSentence>();
  readonly #masked = new Map<number, readonly Probable[]>();
  /** Least time that a token has taken. */
  #msPerToken = Infinity;

  /** Runs that give some taps, and predictions where the model has a head; the session opens with the first sentence. */
  constructor(study: OpenStudy, chosen: readonly TapTensor[], sessions: SessionCache = ownSessions) {
    this.#study = study;
    this.#chosen = chosen;
    this.#sessions = sessions;
    this.#head = headOf(study);
  }

  /** Whether the model has a head that tells something for every token. */
  get hasHead(): boolean {
    return this.#head !== undefined;
  }

  /** The values and predictions of a sentence; `values` false where predictions are enough. */
  async run(sentence: number, values = true): Promise<RunSentence> {
    const known = this.#kept.get(sentence);
    if (known && (known.taps || !values)) return known;
    const { table, batches } = this.#plan(sentence);
    const taps = this.#chosen.map(({ point, width }) => ({ point, width, rows: table.rows, values: new Float32Array(table.rows * width) }));
    const head: (readonly Probable[])[] = [];
    for (const { batch, sources } of batches) {
      const outputs = await this.#timed(batch);
      taps.forEach(({ point, width, values: into }, t) => {
        const output = outputs[t]?.data;
        if (!output) return;
        const decoder = point.stack === 'dec' ? batch.decoder : undefined;
        const gathered = new Float32Array(sources.rows.length * width);
        gatherRows(output, sources, 0, sources.rows.length, width, decoder?.length ?? batch.length, decoder ? 1 : 0, gathered);
        sources.rows.forEach((row, i) => into.set(gathered.subarray(i * width, (i + 1) * width), row * width));
      });
      const logits = outputs[taps.length];
      if (logits) sources.rows.forEach((row, i) => (head[row] = mostProbable(logits, ...lastCell(sources, i))));
    }
    const run: RunSentence = { table, taps: values ? taps : null, head: this.#head ? head : null };
    this.#keep(sentence, run);
    return run;
  }

  /**
   * What the model puts at a word whose one token is masked. Another input than the sentence, so it is a run of its own, once a
   * word. Undefined for words of several tokens, and without a mask token.
   */
  async masked(sentence: number, word: number): Promise<readonly Probable[] | undefined> {
    const known = this.#masked.get(word);
    if (known) return known;
    const mask = tokenizerFor(this.#study.model).mask;
    const { table, batches } = this.#plan(sentence);
    const row = table.word.indexOf(word);
    const of = batches.find(({ sources }) => sources.rows.includes(row));
    if (mask === undefined || !of || table.pieces[row] !== 1) return undefined;
    const { batch, sources } = of;
    const [item, position] = lastCell(sources, sources.rows.indexOf(row));
    const [from, to] = [item * batch.length, (item + 1) * batch.length];
    const ids = batch.ids.slice(from, to);
    ids[position] = mask;
    const outputs = await this.#timed({ size: 1, length: batch.length, ids, mask: batch.mask.slice(from, to) });
    const logits = outputs[this.#chosen.length];
    if (!logits) return undefined;
    const found = mostProbable(logits, 0, position);
    this.#masked.set(word, found);
    if (this.#masked.size > keptSentences) this.#masked.delete(this.#masked.keys().next().value ?? -1);
    return found;
  }

  /** Whether running this sentence would take at most so many milliseconds; false before anything was run. */
  isQuick(sentence: number, limitMs: number): boolean {
    if (this.#kept.has(sentence)) return true;
    const words = this.#study.corpus.sentences[sentence];
    // Words have about this many tokens; long ones of rare scripts only make the guess too low once.
    const tokens = words ? 2 * (words.to - words.from) + 2 : 0;
    return tokens * this.#msPerToken <= limitMs;
  }

  async #timed(batch: PlannedBatch['batch']): ReturnType<ModelRun['run']> {
    const taps: Wanted[] = this.#chosen.map((tap) => ({ ...tap, stack: tap.point.stack }));
    const wanted = this.#head ? [...taps, this.#head] : taps;
    return this.#sessions.use(this.#study.model, { wanted, sites: [], often: true }, async (session) => {
      const began = performance.now();
      const outputs = await session.run(batch);
      this.#msPerToken = Math.min(this.#msPerToken, (performance.now() - began) / (batch.size * batch.length));
      return outputs;
    });
  }

  #plan(sentence: number): ReturnType<typeof planChunk> {
    const { model, corpus } = this.#study;
    const tokenizer = tokenizerFor(model);
    return planChunk(corpus, { index: 0, from: sentence, to: sentence + 1, words: 0 }, tokenizer, {
      aggregation: editorSpec.words,
      maxTokens: windowOf(model),
      batchTokens: 512,
      embeddingRows: model.embeddingRows,
      decoderStart: this.#chosen.some(({ point }) => point.stack === 'dec') ? decoderStartToken(model.folder.config) : undefined,
    });
  }

  #keep(sentence: number, run: RunSentence): void {
    this.#kept.delete(sentence);
    this.#kept.set(sentence, run);
    if (this.#kept.size > keptSentences) this.#kept.delete(this.#kept.keys().next().value ?? -1);
    let held = 0;
    for (const [number, { taps, ...rest }] of [...this.#kept].reverse()) {
      held += taps?.reduce((sum, { values }) => sum + values.length, 0) ?? 0;
      if (taps && held > keptValues) this.#kept.set(number, { ...rest, taps: null });
    }
  }
}

/** Item and position of the last token of the i-th row of a batch. */
function lastCell({ offsets, items, positions }: RowSources, i: number): [item: number, position: number] {
  const at = (offsets[i + 1] ?? 1) - 1;
  return [items[at] ?? 0, positions[at] ?? 0];
}

/** The head of a model of one stack, if it gives scores for every token. */
function headOf({ model: { stacks } }: OpenStudy): Wanted | undefined {
  const [{ logits, stack }] = stacks;
  return stacks.length === 1 && logits?.perToken ? { tensor: logits.tensor, stack } : undefined;
}
