/** `golgi rank --activations`: the same ranking over any matrix of numbers. */
import { oneAgainstRest } from '../methods';
import type { LabelSet, LabelledParts } from '../methods';
import { InputError, shown } from '../protocol/errors';
import type { MatrixRef } from '../protocol/sources';
import type { RankParams } from '../protocol/jobs';
import type { AnalysisResult } from '../protocol/results';
import { chooseMethods, rank } from '../study/ranking';
import type { Fit } from '../study/ranking';
import { runtimeKernels } from '../runtime/kernels';
import { openLabelledMatrix, sameClasses } from './matrixSource';
import type { LabelledMatrix } from './matrixSource';
import type { JobContext } from './serve';
import { versions } from './versions';

/** Ranks the columns of a matrix. Throws `InputError` for what does not fit together. */
export async function rankMatrix(
  params: RankParams,
  ref: MatrixRef,
  { signal, onProgress }: JobContext,
  onFit?: (fit: Fit) => void,
): Promise<AnalysisResult> {
  const methods = chooseMethods(params.methods);
  const given = await openLabelledMatrix(ref);
  const kernels = runtimeKernels();
  let held: LabelledMatrix | undefined;
  try {
    if (ref.evaluation) held = sameClasses(given, await openLabelledMatrix(evaluationRef(ref, ref.evaluation)));
    const rows = given.labels.reduce((count, label) => count + Number(label >= 0), 0);
    return await rank({
      parts: partsOf(given),
      ...(held && { evaluation: evaluationOf(held, params.concepts) }),
      kernels,
      concepts: labelSets(given, params.concepts).map((set) => ({ set, source: { kind: 'given' } as const })),
      methods,
      forms: [],
      ...(given.groups ? { groups: given.groups } : {}),
      evidence: params.evidence,
      provenance: (elapsedMs) => ({
        golgi: versions.golgi,
        created: new Date().toISOString(),
        elapsedMs,
        model: null,
        corpus: null,
        matrix: { file: ref.activations, sha256: given.sha256, labels: ref.labels },
        activations: {
          words: 'as given',
          dtype: 'as given',
          rows: given.matrix.rows,
          excluded: { ...(rows < given.matrix.rows && { 'rows without a label, or not asked for': given.matrix.rows - rows }) },
        },
        seed: params.evidence.seed,
        runtime: versions.runtime,
        notes: [],
      }),
      onFit,
      signal,
      onProgress,
    });
  } finally {
    given.matrix.close();
    held?.matrix.close();
    await kernels.release();
  }
}

function partsOf({ matrix, columns }: LabelledMatrix): LabelledParts['parts'] {
  return [{ point: null, matrix, columns }];
}

/** The same question about other rows. */
function evaluationRef({ labelNames, columns }: MatrixRef, evaluation: NonNullable<MatrixRef['evaluation']>): MatrixRef {
  return { ...evaluation, ...(labelNames === undefined ? {} : { labelNames }), ...(columns === undefined ? {} : { columns }) };
}

function evaluationOf(held: LabelledMatrix, concepts: readonly string[]): LabelledParts {
  return { parts: partsOf(held), labelSets: labelSets(held, concepts) };
}

/** One set for every value asked for; without any, all classes, or the concept of a 0/1 labelling. */
function labelSets({ labels, classNames, binary }: LabelledMatrix, concepts: readonly string[]): LabelSet[] {
  const all: LabelSet = { name: 'label', kind: 'classes', classNames, labels };
  if (concepts.length === 0) return [binary ? { ...oneAgainstRest(all, 1), name: '1' } : all];
  return concepts.map((name) => {
    const focus = classNames.indexOf(name);
    if (focus >= 0) return { ...oneAgainstRest(all, focus), name };
    throw new InputError(
      'CONCEPT_UNKNOWN',
      { flag: `--concept ${shown(name, 80)}` },
      {
        found: 'no row has this label',
        expected: `one of ${classNames
          .slice(0, 40)
          .map((known) => shown(known, 40))
          .join(', ')}`,
        remedy: 'a concept of an outside matrix is one of its labels',
      },
    );
  });
}
