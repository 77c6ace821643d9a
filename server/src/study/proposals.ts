/** Concepts that neurons propose: found in some sentences, tried on the others, alike ones joined, labelled ones named. */
import type { Matrix } from '../activations/matrix';
import { isHeld, parseParameters, stepper, wordSet } from '../methods';
import { wordsConceptText } from '../corpus/concepts/concept';
import type { WordSet } from '../methods/corpus-based/wordSet';
import { luckP, luckSummary } from '../methods/evidence/luck';
import { eachColumn } from '../methods/ranking/columns';
import { columnMoments } from '../methods/statistics/columnMoments';
import { detector } from '../methods/statistics/detection';
import { tieFinder } from '../methods/statistics/ties';
import { neuronText } from '../protocol/neurons';
import type { TapPoint } from '../protocol/neurons';
import type { Proposal, Proposals, ProposeParams } from '../protocol/proposals';
import type { Provenance } from '../protocol/results';
import type { Progress } from '../protocol/workerMessages';
import type { RowFacts } from './labels';
import type { LabelledConcept } from './labelledConcepts';
import { correlationOf, ShuffledTrials } from './shuffledTrials';
import type { Trial } from './shuffledTrials';

export interface ProposalsRequest extends Pick<ProposeParams, 'parameters' | 'top' | 'labelled' | 'rounds' | 'seed'> {
  readonly parts: readonly { readonly point: TapPoint; readonly matrix: Matrix; readonly columns: readonly number[] }[];
  readonly facts: RowFacts;
  /** Concepts that somebody or a tagger labelled. */
  readonly known: readonly LabelledConcept[];
  readonly provenance: (elapsedMs: number) => Provenance;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** A neuron's set with how it does in the sentences left out. */
interface Tried {
  readonly point: TapPoint;
  readonly matrix: Matrix;
  readonly unit: number;
  readonly set: WordSet;
  readonly score: number;
  readonly also: string[];
}

/** Asks every neuron. Throws METHOD_PARAMETER, `CancelledError`. */
export async function proposeConcepts(request: ProposalsRequest): Promise<Proposals> {
  const started = performance.now();
  const { parts, facts, seed, signal, onProgress } = request;
  const parameters = parseParameters(wordSet, request.parameters);
  const step = stepper(signal, onProgress, 'stopped while proposing; the activations are kept');
  const rows = splitRows(facts, seed);
  const words = foldedTypes(facts);
  const asked = parts.reduce((sum, { columns }) => sum + columns.length, 0);
  const shuffles = new ShuffledTrials(rows.held, facts.sentence, request);
  const tried: Tried[] = [];
  let done = 0;
  for (const { point, matrix, columns } of parts) {
    for (let first = 0; first < columns.length; first += neuronsAStep) {
      const some = columns.slice(first, first + neuronsAStep);
      await eachColumn(matrix, some, (values, index) => {
        const set = wordSet.describe({ values, included: rows.train, words: words.ofRow }, parameters);
        const trial = set && trialOf(values, rows.held, marksOf(set, words), set.direction);
        if (!set || !trial) return;
        shuffles.take(trial);
        const score = correlationOf(trial);
        if (score > 0) tried.push({ point, matrix, unit: some[index]!, set, score, also: [] });
      });
      await step('proposing', (done += some.length), asked, 'neurons');
    }
  }
  tried.sort((a, b) => b.score - a.score);
  const { chosen, labelled } = distinct(tried, request, words);
  const proposals: Proposal[] = [];
  const luck = shuffles.best();
  for (const { each, nearest } of chosen) proposals.push(await proposalOf(each, nearest, { facts, rows, words, luck, names: proposals }));
  const count = (marks: Uint8Array): number => marks.reduce((sum, one) => sum + one, 0);
  return {
    kind: 'proposals',
    method: wordSet.id,
    parameters,
    neurons: { asked, silent: asked - tried.length },
    rows: { chosen_from: count(rows.train), left_out: count(rows.held) },
    null: luck.length === 0 ? null : luckSummary(luck),
    proposals,
    labelled,
    provenance: request.provenance(performance.now() - started),
  };
}

const neuronsAStep = 64;
/** Sets that share so much of their rows are one proposal, and labels that do are its label. */
const alike = 0.5;

interface Split {
  readonly train: Uint8Array;
  readonly held: Uint8Array;
}

function splitRows({ word, sentence }: RowFacts, seed: number): Split {
  const held = Uint8Array.from(word, (w, row) => Number(w >= 0 && isHeld(seed, sentence[row]!)));
  return { held, train: Uint8Array.from(word, (w, row) => Number(w >= 0 && held[row] === 0)) };
}

interface FoldedTypes {
  readonly ofRow: Int32Array;
  readonly forms: readonly string[];
  /** Rows of each type, left out or not. */
  readonly rows: Int32Array;
}

/** Word types without regard to case, as lists of words match. */
function foldedTypes({ type, forms }: RowFacts): FoldedTypes {
  const numbers = new Map<string, number>();
  const folded = forms.map((form) => {
    const lower = form.normalize('NFC').toLowerCase();
    const known = numbers.get(lower) ?? numbers.size;
    numbers.set(lower, known);
    return known;
  });
  const ofRow = type.map((own) => (own < 0 ? -1 : folded[own]!));
  const rows = new Int32Array(numbers.size);
  for (const own of ofRow) if (own >= 0) rows[own] = rows[own]! + 1;
  return { ofRow, forms: [...numbers.keys()], rows };
}

/** 1 on rows whose word is of the set. */
function marksOf({ types }: WordSet, { ofRow, forms }: FoldedTypes): Uint8Array {
  const inSet = new Uint8Array(forms.length);
  for (const { type } of types) inSet[type] = 1;
  return Uint8Array.from(ofRow, (type) => (type < 0 ? 0 : inSet[type]!));
}

/** A neuron with marks over some rows, its correlation positive in its direction; null where either is constant. */
function trialOf(values: Float32Array | Float64Array, included: Uint8Array, marks: Uint8Array, direction: 1 | -1): Trial | null {
  const { count, mean, scatter, min, max } = columnMoments(values, included);
  const positives = Int32Array.from(marks.keys()).filter((row) => included[row] === 1 && marks[row] === 1);
  const { length } = positives;
  if (length === 0 || length === count || !(min < max) || !Number.isFinite(scatter)) return null;
  return { values, positives, mean, scale: direction / Math.sqrt((scatter / count) * length * (count - length)) };
}

/** The best proposals, each with the neurons that propose much the same and its nearest label. */
function distinct(
  tried: readonly Tried[],
  { top, known, labelled: wanted }: ProposalsRequest,
  words: FoldedTypes,
): { readonly chosen: readonly { readonly each: Tried; readonly nearest: Proposal['nearest'] }[]; readonly labelled: number } {
  const kept: { each: Tried; nearest: Proposal['nearest']; listed: boolean }[] = [];
  for (const each of tried) {
    const same = kept.find((other) => overlap(other.each.set, each.set, words) >= alike);
    if (same) {
      same.each.also.push(neuronText({ ...each.point, unit: each.unit }));
      continue;
    }
    const full = kept.reduce((count, { listed }) => count + Number(listed), 0) >= top;
    if (full) break;
    const nearest = nearestLabel(marksOf(each.set, words), known);
    kept.push({ each, nearest, listed: wanted || nearest === null || nearest.overlap < alike });
  }
  const chosen = kept.filter(({ listed }) => listed);
  return { chosen, labelled: kept.length - chosen.length };
}

/** Rows of both sets over rows of either. */
function overlap(a: WordSet, b: WordSet, { rows }: FoldedTypes): number {
  const inA = new Set(a.types.map(({ type }) => type));
  const size = ({ types }: WordSet): number => types.reduce((sum, { type }) => sum + rows[type]!, 0);
  const both = b.types.reduce((sum, { type }) => sum + (inA.has(type) ? rows[type]! : 0), 0);
  return both / (size(a) + size(b) - both);
}

function nearestLabel(marks: Uint8Array, known: readonly LabelledConcept[]): Proposal['nearest'] {
  const size = marks.reduce((sum, mark) => sum + mark, 0);
  let best: Proposal['nearest'] = null;
  for (const { name, rows } of known) {
    const both = rows.reduce((sum, row) => sum + marks[row]!, 0);
    const share = both / (size + rows.length - both);
    if (share > (best?.overlap ?? 0)) best = { concept: name, overlap: share };
  }
  return best;
}

interface Context {
  readonly facts: RowFacts;
  readonly rows: Split;
  readonly words: FoldedTypes;
  /** The best of each shuffle, ascending. */
  readonly luck: Float64Array;
  /** Proposals that have a name already. */
  readonly names: readonly Proposal[];
}

async function proposalOf(
  { point, matrix, unit, set, score, also }: Tried,
  nearest: Proposal['nearest'],
  { rows, words, luck, names }: Context,
): Promise<Proposal> {
  const values = await matrix.readColumns(unit, unit + 1);
  const marks = marksOf(set, words);
  const positives = Int32Array.from(marks.keys()).filter((row) => marks[row] === 1 && rows.held[row] === 1);
  const total = rows.held.reduce((sum, one) => sum + one, 0);
  const { apHigh, apLow } = detector(values.length)(tieFinder(values.length)(values, rows.held), positives);
  const texts = set.types.map(({ type }) => words.forms[type]!);
  const name = nameOf(texts, names.map((other) => other.name)); // prettier-ignore
  return {
    name,
    concept: `${name} := ${wordsConceptText(texts)}`,
    neuron: neuronText({ ...point, unit }),
    direction: set.direction,
    words: set.types.map(({ type, count, signed }) => ({ text: words.forms[type]!, count, mean_z: signed })),
    score,
    p: luck.length === 0 ? null : luckP(luck, score),
    fitted: set.correlation,
    ap: set.direction === 1 ? apHigh : apLow,
    chance: positives.length / total,
    support: { positive: positives.length, negative: total - positives.length },
    also,
    nearest,
  };
}

/** Words that name a concept. */
const namingWords = 3;

/** The first words, as far as a name can hold them; numbered where there is such a name. */
export function nameOf(words: readonly string[], taken: readonly string[]): string {
  const fit = words
    .map((word) =>
      word
        .trim()
        .replace(/\s+/gu, '_')
        .replace(/[="#@:]/gu, ''),
    )
    .filter((word) => word !== '');
  const base = fit.slice(0, namingWords).join('/') || 'signs';
  const name = words.length > namingWords ? `${base}/…` : base;
  let free = name;
  for (let number = 2; taken.includes(free); number++) free = `${name} ${number}`;
  return free;
}
