/** Neurons explained by formulas: from matrices and concepts to the document that every door hands out. */
import type { Matrix } from '../activations/matrix';
import { bitsWhere, compositional, explainer, isHeld, nearestAtoms, neighboursName, parseParameters, stepper } from '../methods';
import type { Explained, Reason } from '../methods';
import { eachColumn } from '../methods/ranking/columns';
import { InputError } from '../protocol/errors';
import type { DisagreeingRow, ExplainParams, Explanations, NeuronExplanation } from '../protocol/explain';
import type { Progress } from '../protocol/workerMessages';
import { neuronText } from '../protocol/neurons';
import type { TapPoint } from '../protocol/neurons';
import { neuronParts } from '../protocol/reading';
import type { Provenance } from '../protocol/results';

/** An atomic concept: 1 on the rows of the matrix where it holds. */
export interface Atom {
  readonly name: string;
  readonly marks: Uint8Array;
  /** The word that it is, in lower case; undefined for other concepts. */
  readonly word?: string | undefined;
}

export interface ExplanationRequest extends Pick<ExplainParams, 'parameters' | 'leastRows' | 'examples' | 'seed'> {
  /** Columns of each matrix, ascending; no point for an outside matrix. */
  readonly parts: readonly { readonly point: TapPoint | null; readonly matrix: Matrix; readonly columns: readonly number[] }[];
  /** Rows that take part, ascending. */
  readonly rows: Int32Array;
  readonly atoms: readonly Atom[];
  /** Sentence of each row of the matrix; without it rows are held out one by one. */
  readonly groups?: Int32Array | undefined;
  /** Vectors of words, by which NEIGHBORS joins a word with others. */
  readonly vectors: ReadonlyMap<string, ArrayLike<number>>;
  /** What a person must know of the atoms. */
  readonly notes: readonly string[];
  /** Where a row is in its corpus. */
  readonly placeOf?: (row: number) => Pick<DisagreeingRow, 'at' | 'context'>;
  readonly provenance: (elapsedMs: number) => Provenance;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** Explains every neuron, the best explained first. Throws METHOD_PARAMETER, CONCEPT_UNKNOWN without atoms, `CancelledError`. */
export async function explainNeurons(request: ExplanationRequest): Promise<Explanations> {
  const started = performance.now();
  const { parts, rows, groups, notes, seed, signal, onProgress } = request;
  const parameters = parseParameters(compositional, request.parameters);
  const atoms = supported(request);
  const vectors = atoms.map(({ word }) => (word === undefined ? null : (request.vectors.get(word) ?? null)));
  const neighbours = nearestAtoms(vectors, Number(parameters['neighbors']));
  const explain = explainer(
    {
      neighbours,
      rows: rows.length,
      names: atoms.map(({ name }) => name),
      bits: atoms.map(({ marks }) => bitsWhere(rows.length, (place) => marks[rows[place] ?? 0] === 1)),
      held: Uint8Array.from(rows, (row) => Number(isHeld(seed, groups?.[row] ?? row))),
    },
    parameters,
  );
  const step = stepper(signal, onProgress);
  const total = parts.reduce((sum, { columns }) => sum + columns.length, 0);
  const explained: NeuronExplanation[] = [];
  const without: { id: string; reason: Reason }[] = [];
  let done = 0;
  for (const { point, matrix, columns } of parts) {
    // A few at a time, so that a stop is heard soon.
    for (let first = 0; first < columns.length; first += neuronsAStep) {
      const some = columns.slice(first, first + neuronsAStep);
      await eachColumn(matrix, some, (values, index) => {
        const unit = some[index] ?? 0;
        const id = point ? neuronText({ ...point, unit }) : String(unit);
        const own = Float64Array.from(rows, (row) => values[row] ?? Number.NaN);
        const found = explain(own);
        if (typeof found === 'string') without.push({ id, reason: found });
        else explained.push(documentOf(found, { id, low: parameters['side'] === 'low', values: own }, request));
      });
      await step('explaining', (done += some.length), total, 'neurons');
    }
  }
  return {
    kind: 'explanations',
    method: compositional.id,
    parameters,
    atoms: atoms.map(({ name, support }) => ({ name, rows: support })),
    neighbors: neighbours
      .map(({ atom, near }) => ({ name: neighboursName(atoms[atom]?.name ?? ''), atoms: [atom, ...near] }))
      .filter(({ name }) => explained.some(({ formula, held_out_formula: held }) => `${formula} ${held}`.includes(name))),
    rows: rows.length,
    neurons: explained.sort((a, b) => b.score - a.score),
    undefined: without,
    warnings: groups ? notes : [...notes, 'held_out: sentences are not known, so rows were left out one by one'],
    provenance: request.provenance(performance.now() - started),
  };
}

const neuronsAStep = 16;

/** Atoms that hold on enough of the rows that take part. */
function supported({ atoms, rows, leastRows }: ExplanationRequest): (Atom & { readonly support: number })[] {
  const counted = atoms.map((atom) => ({ ...atom, support: rows.reduce((sum, row) => sum + (atom.marks[row] ?? 0), 0) }));
  const enough = counted.filter(({ support }) => support >= leastRows);
  if (enough.length > 0) return enough;
  throw new InputError(
    'CONCEPT_UNKNOWN',
    { flag: '--min-rows' },
    {
      found: `none of ${atoms.length} concepts holds on ${leastRows} rows`,
      expected: 'concepts that formulas can be made of',
      remedy: 'ask for fewer rows, or take a larger corpus',
    },
  );
}

interface About {
  readonly id: string;
  readonly low: boolean;
  readonly values: Float64Array;
}

function documentOf(found: Explained, { id, low, values }: About, { rows, examples, placeOf }: ExplanationRequest): NeuronExplanation {
  const listed = (places: readonly number[]) => ({
    count: places.length,
    rows: places.slice(0, examples).map((place): DisagreeingRow => {
      const row = rows[place] ?? 0;
      return { row, value: values[place] ?? 0, ...placeOf?.(row) };
    }),
  });
  const { score, formula, tree, length, holds, active, both, threshold, bestAtom, byLength, heldOut, missed, unmatched } = found;
  return {
    ...neuronParts(id),
    ...{ score, direction: low ? -1 : 1, formula, tree, length, holds, active, both, threshold },
    chance: chanceOf(active / rows.length, holds / rows.length),
    held_out: heldOut?.score ?? null,
    held_out_formula: heldOut?.formula ?? null,
    best_atom: bestAtom,
    by_length: byLength,
    missed: listed(missed),
    unmatched: listed(unmatched),
  };
}

/** Rows in both over rows in either, of two sets of rows that know nothing of each other. */
function chanceOf(p: number, q: number): number {
  return (p * q) / (p + q - p * q);
}
