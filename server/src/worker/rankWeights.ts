/** `golgi rank --weights`: neurons by the weights of a probe that somebody has fitted. Nothing is fitted and no model runs. */
import { readNpy } from '../activations/npy';
import { linesOf, readWholeText } from '../corpus/readers/wholeText';
import { weightRanking } from '../methods';
import type { GivenWeights, SampleMethod } from '../methods';
import { InputError } from '../protocol/errors';
import type { RankParams } from '../protocol/jobs';
import type { AnalysisResult } from '../protocol/results';
import type { WeightsRef } from '../protocol/sources';
import { chooseMethods } from '../study/ranking';
import { weightsResult } from '../study/weightsResult';
import { hashOf, openLabelledMatrix, ranges } from './matrixSource';
import { openOutsideMatrix } from './outsideMatrix';
import { versions } from './versions';

/** Rankings by `lca` or `linear`. Throws METHOD_PARAMETER (another method), MATRIX_FORMAT, MATRIX_SHAPE, LABEL_COUNT. */
export async function rankWeights(params: RankParams, ref: WeightsRef, cache: string, signal: AbortSignal): Promise<AnalysisResult> {
  const began = performance.now();
  const methods = chooseMethods(params.methods).map(({ method, parameters }) => {
    if (method.id !== 'lca' && method.id !== 'linear') throw otherMethod(method.id);
    return { method: method as SampleMethod, parameters };
  });
  const weights = await readWeights(ref, cache, signal);
  const sha256 = await hashOf(ref.weights);
  return weightsResult(weights, methods.map(({ method, parameters }) => ({ method, parameters, found: weightRanking(method.id, weights) })), {
    ...{ golgi: versions.golgi, created: new Date().toISOString(), elapsedMs: performance.now() - began, model: null, corpus: null },
    matrix: { file: ref.weights, sha256, labels: ref.labelNames ?? 'rows of the weights' },
    activations: { words: 'as given', dtype: 'as given', rows: weights.outputs, excluded: {} },
    ...{ seed: params.evidence.seed, runtime: versions.runtime },
    notes: weights.notes,
  }); // prettier-ignore
}

/** Weights as they are given: classes × neurons, a last column of biases left out where the neurons are known to be one fewer. */
async function readWeights(ref: WeightsRef, cache: string, signal: AbortSignal): Promise<GivenWeights & { readonly notes: string[] }> {
  const { shape, values, fortran } = readNpy(ref.weights);
  const [outputs = 0, width = 0] = shape.length === 1 ? [1, shape[0]] : shape;
  if (shape.length > 2 || fortran || width === 0) {
    throw new InputError(
      'MATRIX_SHAPE',
      { file: ref.weights },
      {
        found: `shape (${shape.join(', ')})${fortran ? ' in Fortran order' : ''}`,
        expected: 'classes × neurons in C order',
        remedy: 'numpy.save(path, numpy.ascontiguousarray(W))',
      },
    );
  }
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new InputError(
      'MATRIX_FORMAT',
      { file: ref.weights },
      {
        found: `${values[bad]} in row ${Math.floor(bad / width)}, column ${bad % width}`,
        expected: 'finite weights',
        remedy: 'fit the probe again, or leave the neuron out',
      },
    );
  }
  const columns = await columnsOf(ref, width, cache, signal);
  const given = ref.labelNames === undefined ? undefined : linesOf(await readWholeText(ref.labelNames));
  const names = given ?? (await classesOf(ref, cache, signal));
  if (names && names.length !== outputs && !(outputs === 1 && names.length === 2)) {
    throw new InputError(
      'LABEL_COUNT',
      { file: ref.labelNames ?? ref.labels ?? '' },
      { found: `${names.length} classes`, expected: `${outputs}, one for each row of weights`, remedy: 'give --label-names, one a line' },
    );
  }
  const neurons = columns.length;
  return {
    ...{ outputs, neurons },
    names: names?.slice(-outputs) ?? Array.from({ length: outputs }, (_, k) => String(k)),
    ids: columns.map(String),
    values: Float64Array.from({ length: outputs * neurons }, (_, at) => values[Math.floor(at / neurons) * width + (at % neurons)] ?? 0),
    notes: [neurons < width ? 'the last column of the weights is their bias' : 'every column of the weights is a neuron'],
  };
}

/** The classes of the labels that were probed, where they are given. */
async function classesOf({ activations, labels }: WeightsRef, cache: string, signal: AbortSignal): Promise<readonly string[] | undefined> {
  if (activations === undefined || labels === undefined) return undefined;
  const { matrix, classNames, labels: ofRows } = await openLabelledMatrix({ activations, labels }, { cache, signal });
  matrix.close();
  const present = new Set(ofRows);
  return classNames.filter((_, k) => present.has(k));
}

/** The neurons that the columns of weights stand for: those of the matrix that was probed, where it is given. */
async function columnsOf(ref: WeightsRef, width: number, cache: string, signal: AbortSignal): Promise<number[]> {
  let known = width;
  if (ref.activations !== undefined) {
    const { matrix } = await openOutsideMatrix(ref.activations, { cache, signal });
    known = matrix.columns;
    matrix.close();
  }
  const columns =
    ref.columns === undefined ? Array.from({ length: known }, (_, c) => c) : ranges(ref.columns, Math.max(known, width), '--columns');
  if (columns.length === width || columns.length + 1 === width) return columns;
  throw new InputError(
    'MATRIX_SHAPE',
    { file: ref.weights },
    {
      found: `${width} columns of weights`,
      expected: `${columns.length}, or one more with the bias last`,
      remedy: 'name the neurons that were probed by --columns',
    },
  );
}

function otherMethod(id: string): InputError {
  return new InputError(
    'METHOD_PARAMETER',
    { flag: `--method ${id}` },
    {
      found: `${id} with --weights`,
      expected: 'lca or linear, which rank by weights',
      remedy: 'leave --weights out, or ask for one of them',
    },
  );
}
