/** `golgi probe`: linear probes of concepts, with their weights as files for anybody. */
import { writeFile } from 'node:fs/promises';
import { writeFailure } from '../activations/fsPort';
import { npyBytes } from '../activations/npy';
import { InputError } from '../protocol/errors';
import type { Fit } from '../study/ranking';
import { rankAndHear } from './rank';
import type { JobHandler } from './serve';

/** Fits a probe for every concept. Weights are float64 [outputs, neurons + 1], the bias last. Throws DISK_FULL or OUTPUT_FILE. */
export const probe: JobHandler<'probe'> = async ({ rank, out }, context) => {
  const fits: Fit[] = [];
  const result = await rankAndHear(rank, context, (fit) => fits.push(fit));
  const [first] = fits;
  if (out !== undefined && fits.every(({ weights }) => !weights)) {
    throw new InputError(
      'METHOD_PARAMETER',
      { flag: '--out' },
      {
        found: 'no weights, since nothing could be fitted',
        expected: 'at least two classes with rows to fit, or numbers that differ',
        remedy: 'the same command without --out says why each neuron is undefined',
      },
    );
  }
  let file: string | null = null;
  if (out !== undefined && first?.weights && fits.length === 1) {
    const { outputs, values } = first.weights;
    const bytes = npyBytes({ dtype: 'f8', shape: [outputs.length, values.length / outputs.length], data: values });
    await writeFile(out, bytes).catch((error: unknown) => {
      throw writeFailure(error, out);
    });
    file = out;
  }
  return {
    result,
    fits: fits.map(({ concept, classes, weights }) => ({ concept, classes, outputs: weights?.outputs ?? [] })),
    file,
  };
};
