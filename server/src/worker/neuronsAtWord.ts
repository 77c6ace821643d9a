/** The neurons that are most unusual at a word: read from the store where a ranking left them, else from the word's own sentence. */
import { rowFlags } from '../activations/rowTable';
import type { ExtractedRun } from '../activations/run';
import type { NeuronAtWord, WordFacts } from '../protocol/interactive';
import { neuronText, tapText } from '../protocol/neurons';
import type { Tap, TapPoint } from '../protocol/neurons';
import { comparedTap, comparison, mostUnusual, standing } from './comparison';
import type { ComparedTap, Comparison, TapRows, Unusual } from './comparison';
import { neuronOf } from './neuronOf';
import type { OpenStudy } from './openStudy';
import type { Pause } from './pause';
import { predictionAt } from './prediction';
import { SentenceRuns } from './sentenceRuns';
import type { RunSentence } from './sentenceRuns';
import type { SessionCache } from './sessions';

/** Taps whose neurons are named. */
const hoverTaps: readonly Tap[] = ['hidden', 'ffn'];
/** Neurons of a hover, pinned ones among them; more only where more are pinned. */
const named = 5;
/** Words whose neurons are remembered. */
const keptWords = 4096;
/** Values held for comparing: the more neurons, the fewer rows. */
const comparedValues = 8_000_000;
const comparedRows = { least: 128, most: 1024 };
/** Sentences run for comparing while nothing is stored, and the time that they may take. */
const sampledSentences = 64;
const samplingMs = 1_500;

type Found = Pick<WordFacts, 'comparedWith' | 'firstPosition' | 'prediction'> & {
  readonly neurons: readonly Omit<NeuronAtWord, 'concept'>[];
};
type Neurons = Omit<Found, 'prediction'>;

/** Looks at one word after the other of a study. */
export class WordsOfStudy {
  readonly #study: OpenStudy;
  readonly #stored = new Map<ExtractedRun, Comparison>();
  /** Taps of runs that are sorted already, in their order. */
  readonly #begun = new WeakMap<ExtractedRun, ComparedTap[]>();
  readonly #sentences: SentenceRuns;
  readonly #found = new Map<string, Neurons>();
  #sample: Promise<Comparison> | undefined;

  constructor(study: OpenStudy, sessions?: SessionCache) {
    this.#study = study;
    const taps = study.model.taps.filter(({ point }) => hoverTaps.includes(point.tap));
    this.#sentences = new SentenceRuns(study, taps, sessions);
  }

  /** Null for a word that the tokenizer maps to nothing. */
  async at(word: number, pins: readonly string[]): Promise<Found | null> {
    const found = await this.neurons(word, pins);
    return found && { ...found, prediction: await predictionAt(this.#study, this.#sentences, word) };
  }

  /** The same without what the model predicts there. */
  async neurons(word: number, pins: readonly string[]): Promise<Neurons | null> {
    const runs = await this.#runs();
    if (runs.length === 0) return this.#fromSentence(word, pins);
    // Stored values never change, so neither does what was found in them.
    const key = [word, runs.length, ...pins].join(' ');
    const found = this.#found.get(key) ?? (await this.#fromStore(runs, word, pins));
    if (found) this.#found.set(key, found);
    if (this.#found.size > keptWords) this.#found.delete(this.#found.keys().next().value ?? '');
    return found;
  }

  /**
   * Opens and sorts what the first look would have to, so that it need not, and gives stored activations if there are any.
   * Throws what `pause` throws; nothing done is lost.
   */
  async warm(pins: readonly string[], pause: Pause): Promise<ExtractedRun | undefined> {
    const runs = await this.#runs();
    for (const run of runs) {
      await this.#comparisonOf(run, pause);
      await pause();
    }
    if (runs.length === 0) await this.#sampleOnce(pause);
    for (const { point, unit } of pins.map((pin) => neuronOf(this.#study.model, pin))) {
      const run = await this.#study.stored(point.tap, point.layer);
      if (run) await this.#study.column(run, point, unit);
      await pause();
    }
    if (this.#sentences.hasHead && this.#study.corpus.sentences.length > 0) await this.#sentences.run(0, runs.length === 0);
    return runs[0];
  }

  /** Stored activations of the taps whose neurons are named. */
  async #runs(): Promise<ExtractedRun[]> {
    const wanted = hoverTaps.filter((tap) => this.#study.model.taps.some(({ point }) => point.tap === tap));
    return (await Promise.all(wanted.map((tap) => this.#study.stored(tap)))).filter((run) => run !== undefined);
  }

  async #fromStore(runs: readonly ExtractedRun[], word: number, pins: readonly string[]): Promise<Neurons | null> {
    const [first] = runs;
    if (!first) return null;
    const { rowOfWord, included, counted } = await this.#study.rows(first);
    const row = rowOfWord[word] ?? -1;
    if (row < 0) return null;
    const found: Unusual[] = [];
    for (const run of runs) {
      const compared = await this.#comparisonOf(run);
      found.push(...mostUnusual(compared, ({ point }) => run.matrix(point).readRows([row]), named));
    }
    const points = best(found).map(({ tap, unit }) => ({ point: tap.point, unit }));
    const pinned = pins.map((pin) => neuronOf(this.#study.model, pin));
    const neurons = [];
    for (const { point, unit } of distinct([...pinned, ...points], pins.length)) {
      const run =
        runs.find((each) => each.taps.some((tap) => tapText(tap.point) === tapText(point))) ??
        (await this.#study.stored(point.tap, point.layer));
      if (!run) continue;
      const known = await this.#study.standing(run, point, unit, row);
      if (known) neurons.push({ neuron: neuronText({ ...point, unit }), ...known });
    }
    return { neurons, comparedWith: { words: counted, sample: false }, firstPosition: included[row] === 0 };
  }

  /** Sorted tap by tap; throws what `pause` throws and then goes on where it stopped. */
  async #comparisonOf(run: ExtractedRun, pause: Pause = turn): Promise<Comparison> {
    const known = this.#stored.get(run);
    if (known) return known;
    const { included } = await this.#study.rows(run);
    const all = Array.from(included.keys()).filter((row) => included[row] === 1);
    const chosen = spread(all, this.#rowsCompared(run.taps));
    const taps = this.#begun.get(run) ?? [];
    this.#begun.set(run, taps);
    for (let next = run.taps[taps.length]; next; next = run.taps[taps.length]) {
      const { point, width } = next;
      taps.push(comparedTap({ point, width, rows: chosen.length, values: run.matrix(point).readRows(chosen) }));
      await pause();
    }
    const made = { rows: chosen.length, taps };
    this.#stored.set(run, made);
    return made;
  }

  #rowsCompared(taps: readonly { readonly width: number }[]): number {
    const neurons = taps.reduce((sum, { width }) => sum + width, 0);
    return Math.min(comparedRows.most, Math.max(comparedRows.least, Math.floor(comparedValues / neurons)));
  }

  async #fromSentence(word: number, pins: readonly string[]): Promise<Neurons | null> {
    const { corpus } = this.#study;
    const own = await this.#sentences.run(corpus.words.sentence[word] ?? 0);
    const row = own.table.word.indexOf(word);
    if (row < 0) return null;
    const compared = await this.#sampleOnce();
    const valuesOf = (point: TapPoint): Float32Array | undefined => {
      const tap = own.taps?.find((each) => tapText(each.point) === tapText(point));
      return tap?.values.subarray(row * tap.width, (row + 1) * tap.width);
    };
    const found = mostUnusual(compared, ({ point }) => valuesOf(point), named);
    const pinned = pins.map((pin) => neuronOf(this.#study.model, pin));
    const points = found.map(({ tap, unit }) => ({ point: tap.point, unit }));
    const neurons = distinct([...pinned, ...points], pins.length).flatMap(({ point, unit }) => {
      const value = valuesOf(point)?.[unit];
      const tap = compared.taps.find((each) => tapText(each.point) === tapText(point));
      if (value === undefined || !tap) return [];
      const from = unit * compared.rows;
      return [{ neuron: neuronText({ ...point, unit }), value, ...standing(tap.sorted, value, from, from + compared.rows) }];
    });
    return {
      neurons,
      comparedWith: { words: compared.rows, sample: true },
      firstPosition: (await this.#study.causal()) === true && ((own.table.flags[row] ?? 0) & rowFlags.firstPosition) !== 0,
    };
  }

  #sampleOnce(pause: Pause = turn): Promise<Comparison> {
    this.#sample ??= this.#sampled(pause).catch((error: unknown) => {
      this.#sample = undefined;
      throw error;
    });
    return this.#sample;
  }

  /** Rows of sentences spread over the corpus, as many as the time allows. */
  async #sampled(pause: Pause): Promise<Comparison> {
    const { corpus } = this.#study;
    const skipFirst = (await this.#study.causal()) === true;
    const began = performance.now();
    const runs: { run: RunSentence; rows: number[] }[] = [];
    const numbers = spread(Array.from(corpus.sentences.keys()), sampledSentences);
    // In an order that covers the corpus wherever the time runs out.
    for (const sentence of numbers.toSorted((a, b) => ((a * 7919) % 64) - ((b * 7919) % 64))) {
      if (runs.length >= 8 && performance.now() - began > samplingMs) break;
      await pause();
      const run = await this.#sentences.run(sentence);
      const rows = Array.from(run.table.flags.keys()).filter((row) => !(skipFirst && (run.table.flags[row] ?? 0) & rowFlags.firstPosition));
      runs.push({ run, rows });
    }
    const taps = (runs[0]?.run.taps ?? []).map(({ point, width }, t): TapRows => {
      const rows = runs.reduce((sum, each) => sum + each.rows.length, 0);
      const values = new Float32Array(rows * width);
      let at = 0;
      for (const each of runs) {
        for (const row of each.rows) values.set(each.run.taps?.[t]?.values.subarray(row * width, (row + 1) * width) ?? [], width * at++);
      }
      return { point, width, rows, values };
    });
    return comparison(taps);
  }
}

/** Lets messages in. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function best(found: readonly Unusual[]): Unusual[] {
  return found.toSorted((a, b) => b.rank - a.rank).slice(0, named);
}

/** Pinned neurons first, then the others up to the number that a hover names; none twice. */
function distinct(
  neurons: readonly { readonly point: TapPoint; readonly unit: number }[],
  pinned: number,
): { point: TapPoint; unit: number }[] {
  const byName = new Map(neurons.map((neuron) => [neuronText({ ...neuron.point, unit: neuron.unit }), neuron]));
  return [...byName.values()].slice(0, Math.max(pinned, named));
}

/** At most `count` of a list, evenly spread. */
function spread(list: readonly number[], count: number): number[] {
  if (list.length <= count) return [...list];
  return Array.from({ length: count }, (_, i) => list[Math.floor((i * list.length) / count)] ?? 0);
}
