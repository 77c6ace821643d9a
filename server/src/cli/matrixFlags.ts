/** Somebody's matrix with a file of labels, as verbs that take one in place of model and corpus ask for it. */
import type { LabelledMatrixRef } from '../protocol/sources';
import { absolute } from './paths';

/** What is said of its rows; `--activations` and `--labels` stand with what each verb makes of them. */
export const matrixFlags = {
  'label-names': { type: 'string', value: 'names.txt', help: 'names of integer labels, one a line' },
  groups: { type: 'string', value: 'g.npy', help: 'sentence of each row' },
  rows: { type: 'string', value: '0-99,120', help: 'rows of the matrix to use' },
} as const;

interface Values {
  readonly 'label-names'?: string | undefined;
  readonly groups?: string | undefined;
  readonly columns?: string | undefined;
  readonly rows?: string | undefined;
}

/** The matrix with its labels; what is not said is left out. */
export function labelledMatrix(activations: string, labels: string, values: Values): LabelledMatrixRef {
  return {
    activations: absolute(activations),
    labels: absolute(labels),
    ...(values['label-names'] ? { labelNames: absolute(values['label-names']) } : {}),
    ...(values.groups ? { groups: absolute(values.groups) } : {}),
    ...(values.columns ? { columns: values.columns } : {}),
    ...(values.rows ? { rows: values.rows } : {}),
  };
}
