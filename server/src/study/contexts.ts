/** Neurons by what they tell about contexts: from matrices and contexts to the document that every door hands out. */
import type { Matrix } from '../activations/matrix';
import { contextInformation, parseParameters, stepper } from '../methods';
import type { Parameters, Reason } from '../methods';
import { binNeuron, ContextScorer } from '../methods/corpus-based/contextInformation';
import type { BinnedNeuron } from '../methods/corpus-based/contextInformation';
import { contextsOf } from '../methods/corpus-based/contexts';
import type { Contexts, Symbols } from '../methods/corpus-based/contexts';
import { luckP, luckSummary } from '../methods/evidence/luck';
import { eachColumn } from '../methods/ranking/columns';
import { columnMoments } from '../methods/statistics/columnMoments';
import { expectedCell } from '../methods/statistics/expectedInformation';
import { columnSorter, quantile } from '../methods/statistics/order';
import type { SortedColumn } from '../methods/statistics/order';
import { integerBelow, randomStream } from '../methods/statistics/random';
import type { ContextNeuron, ContextRanking, ContextsParams } from '../protocol/contexts';
import { neuronText, tapText } from '../protocol/neurons';
import type { TapPoint } from '../protocol/neurons';
import { neuronParts } from '../protocol/reading';
import type { Provenance } from '../protocol/results';
import type { Progress } from '../protocol/workerMessages';

export interface ContextsRequest extends Pick<ContextsParams, 'parameters' | 'rounds' | 'seed' | 'detail'> {
  /** Columns of each matrix, ascending; no point for an outside matrix. */
  readonly parts: readonly { readonly point: TapPoint | null; readonly matrix: Matrix; readonly columns: readonly number[] }[];
  /** Rows of the matrices that take part, ascending, and the place of each in the text. */
  readonly rows: Int32Array;
  readonly places: Int32Array;
  /** Sentence of each of these rows; contexts are shuffled within sentences. */
  readonly groups: Int32Array | undefined;
  /** What stands at the places of the text, for each kind of context. */
  readonly kinds: readonly { readonly of: string; readonly symbols: Symbols }[];
  readonly sentenceOf?: (row: number) => string;
  readonly provenance: (elapsedMs: number) => Provenance;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** Ranks all neurons for each kind of context. Throws METHOD_PARAMETER, `CancelledError`. */
export async function rankContexts(request: ContextsRequest): Promise<ContextRanking[]> {
  const started = performance.now();
  const parameters = parseParameters(contextInformation, request.parameters);
  const { rows, places, kinds } = request;
  const step = stepper(request.signal, request.onProgress);
  const expected = expectedCell(rows.length);
  const questions = kinds.map(({ of, symbols }) => {
    const contexts = contextsOf(symbols, places, { n: Number(parameters['n']), minCount: Number(parameters['min-count']) });
    return new Question(of, contexts, new ContextScorer(contexts, Number(parameters['bins']), expected), request);
  });
  const total = request.parts.reduce((sum, { columns }) => sum + columns.length, 0);
  const without: { id: string; reason: Reason }[] = [];
  let done = 0;
  for (const { point, matrix, columns } of request.parts) {
    // A few at a time: shuffles are made anew for each few, and a stop is heard soon.
    for (let first = 0; first < columns.length; first += neuronsAStep) {
      const some = columns.slice(first, first + neuronsAStep);
      const binned: { id: string; neuron: BinnedNeuron }[] = [];
      await eachNeuron(request, { point, matrix, columns: some }, parameters, (id, found) => {
        if (typeof found === 'string') without.push({ id, reason: found });
        else binned.push({ id, neuron: found.binned });
      });
      for (const question of questions) question.take(binned);
      await step('comparing with contexts', (done += some.length), total, 'neurons');
    }
  }
  for (const question of questions) await question.describe(request, parameters);
  return questions.map((question) => question.document(request, parameters, without, performance.now() - started));
}

const neuronsAStep = 32;
/** Contexts and rows listed of a neuron. */
const listed = 10;

type NeuronRows = { readonly binned: BinnedNeuron; readonly values: Float32Array | Float64Array; readonly sorted: SortedColumn };

/** Hands over the neurons of one matrix, cut into bins over the rows that take part, or why one cannot be. */
async function eachNeuron(
  { rows }: Pick<ContextsRequest, 'rows'>,
  { point, matrix, columns }: ContextsRequest['parts'][number],
  parameters: Parameters,
  visit: (id: string, neuron: NeuronRows | Reason) => void,
): Promise<void> {
  const sort = columnSorter(rows.length);
  await eachColumn(matrix, columns, (all, index) => {
    const unit = columns[index]!;
    const id = point ? neuronText({ ...point, unit }) : String(unit);
    const values = all instanceof Float32Array ? new Float32Array(rows.length) : new Float64Array(rows.length);
    rows.forEach((row, i) => (values[i] = all[row]!));
    const finite = values.every(Number.isFinite);
    const sorted = sort(values);
    if (!finite) visit(id, 'not-finite');
    else if (sorted.tieValues.length < 2) visit(id, 'constant');
    else visit(id, { binned: binNeuron(sorted, Number(parameters['bins']), new Uint8Array(rows.length)), values, sorted });
  });
}

/** One kind of context, and the neurons scored for it so far. */
class Question {
  readonly #of: string;
  readonly #contexts: Contexts;
  readonly #scorer: ContextScorer;
  readonly #seed: number;
  /** Rows among which contexts are exchanged. */
  readonly #sentences: readonly Int32Array[];
  /** Best score of each shuffle. */
  readonly #best: Float64Array;
  #neurons: ContextNeuron[] = [];
  readonly #without: { id: string; reason: Reason }[] = [];

  constructor(of: string, contexts: Contexts, scorer: ContextScorer, { groups, rounds, seed, rows }: ContextsRequest) {
    this.#of = of;
    this.#contexts = contexts;
    this.#scorer = scorer;
    this.#seed = seed;
    this.#best = new Float64Array(rounds);
    this.#sentences = sentencesOf(groups ?? new Int32Array(rows.length));
  }

  /** Scores some neurons, with the contexts as they are and with each shuffle of them. */
  take(neurons: readonly { readonly id: string; readonly neuron: BinnedNeuron }[]): void {
    if (this.#contexts.counts.length < 2) {
      this.#without.push(...neurons.map(({ id }) => ({ id, reason: 'one-context' as const })));
      return;
    }
    for (const { id, neuron } of neurons) {
      const { plugIn: score, ...beside } = this.#scorer.score(neuron);
      this.#neurons.push({ ...neuronParts(id), score, ...beside, p: null });
    }
    const shuffled = this.#contexts.ofRow.slice();
    this.#best.forEach((best, round) => {
      shuffled.set(this.#contexts.ofRow);
      const next = randomStream(this.#seed, round);
      for (const rows of this.#sentences) {
        for (let i = rows.length - 1; i > 0; i--) {
          const [a, b] = [rows[i]!, rows[integerBelow(next, i + 1)]!];
          [shuffled[a], shuffled[b]] = [shuffled[b]!, shuffled[a]!];
        }
      }
      this.#best[round] = neurons.reduce((most, { neuron }) => Math.max(most, this.#scorer.plugIn(neuron, shuffled)), best);
    });
  }

  /** Puts the neurons in order and lists contexts and rows of the best. */
  async describe(request: ContextsRequest, parameters: Parameters): Promise<void> {
    this.#neurons.sort((a, b) => b.score - a.score);
    const best = new Map(this.#neurons.slice(0, request.detail).map(({ id }, i) => [id, i]));
    for (const { point, matrix, columns } of request.parts) {
      const wanted = columns.filter((unit) => best.has(point ? neuronText({ ...point, unit }) : String(unit)));
      await eachNeuron(request, { point, matrix, columns: wanted }, parameters, (id, neuron) => {
        const at = best.get(id);
        const known = at === undefined ? undefined : this.#neurons[at];
        if (at !== undefined && known && typeof neuron !== 'string')
          this.#neurons[at] = { ...known, ...this.#details(neuron, known, request) };
      });
    }
  }

  #details(
    { binned, values, sorted }: NeuronRows,
    { score, expected }: ContextNeuron,
    { rows, sentenceOf }: ContextsRequest,
  ): Pick<ContextNeuron, 'contexts' | 'highest'> {
    const { mean, scatter } = columnMoments(values);
    const deviation = Math.sqrt(scatter / rows.length);
    const sums = new Float64Array(this.#contexts.counts.length);
    this.#contexts.ofRow.forEach((context, row) => (sums[context] = sums[context]! + values[row]!));
    const name = (context: number): string => this.#contexts.names[context] ?? 'a rarer one';
    return {
      contexts: this.#scorer
        .shares(binned)
        .filter(({ excess }) => excess > 0)
        .slice(0, listed)
        .map(({ context, count, excess }) => ({
          context: name(context),
          count,
          share: excess / (score - expected),
          mean_z: (sums[context]! / count - mean) / deviation,
        })),
      highest: Array.from(sorted.rows.slice(-listed))
        .reverse()
        .map((row) => ({
          row: rows[row]!,
          value: values[row]!,
          context: name(this.#contexts.ofRow[row]!),
          ...(sentenceOf && { sentence: sentenceOf(rows[row]!) }),
        })),
    };
  }

  document(request: ContextsRequest, parameters: Parameters, without: ContextRanking['undefined'], elapsedMs: number): ContextRanking {
    const { counts, rare, distinct } = this.#contexts;
    const { rounds, groups } = request;
    const best = Float64Array.from(this.#best).sort();
    return {
      kind: 'contexts',
      method: contextInformation.id,
      parameters,
      of: this.#of,
      rows: request.rows.length,
      contexts: { distinct, kept: counts.length - Number(rare !== null), rare_rows: rare === null ? 0 : counts[rare]! },
      neurons: this.#neurons.map((neuron) => ({ ...neuron, p: rounds === 0 ? null : luckP(best, neuron.score) })),
      undefined: [...without, ...this.#without],
      null: rounds === 0 || this.#neurons.length === 0 ? null : luckSummary(best),
      taps: mediansOf(request, this.#neurons),
      warnings: groups ? [] : ['null: sentences are not known, so contexts were shuffled over all rows'],
      provenance: request.provenance(elapsedMs),
    };
  }
}

/** Rows of each sentence. */
function sentencesOf(groups: Int32Array): Int32Array[] {
  const rows = new Map<number, number[]>();
  groups.forEach((group, row) => {
    const known = rows.get(group);
    if (known) known.push(row);
    else rows.set(group, [row]);
  });
  return Array.from(rows.values(), (each) => Int32Array.from(each));
}

function mediansOf({ parts }: ContextsRequest, neurons: readonly ContextNeuron[]): ContextRanking['taps'] {
  return parts.flatMap(({ point }) => {
    if (!point) return [];
    const own = neurons.filter(({ layer, tap }) => layer === point.layer && tap === neuronParts(neuronText({ ...point, unit: 0 })).tap);
    const median = medianOf(own.map(({ score }) => score));
    const median_adjusted = medianOf(own.flatMap(({ adjusted }) => adjusted ?? []));
    return median === null ? [] : [{ tap: tapText(point), neurons: own.length, median, median_adjusted }];
  });
}

function medianOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : quantile({ values: Float64Array.from(values).sort() }, 0.5);
}
