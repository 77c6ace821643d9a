/** The best neurons of a result file, for verbs that go on with them. */
import { readFile } from 'node:fs/promises';
import { InputError } from '../protocol/errors';
import { parseResult } from '../study/resultFile';
import { absolute } from './paths';

/**
 * Ids of the first `count` neurons of every ranking of the file that have a score, each once. `kind` is what they are asked of.
 * Throws RESULT_FILE: not to be read, no result, of the other kind, or without a neuron that has a score.
 */
export async function bestNeurons(path: string, count: number, kind: 'model' | 'matrix'): Promise<string[]> {
  const file = absolute(path);
  const refuse = (found: string, expected: string, remedy: string): InputError =>
    new InputError('RESULT_FILE', { file, flag: '--from' }, { found, expected, remedy });
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const found = error instanceof Error ? error.message : String(error);
    throw refuse(found, 'a result file that can be read', 'golgi rank … --out best.golgi-result.json writes one');
  });
  const { neurons, rankings, provenance } = parseResult(text, file);
  if ((provenance.matrix === null ? 'model' : 'matrix') !== kind) {
    throw kind === 'model'
      ? refuse(
          'a ranking of the columns of a matrix',
          'a ranking of neurons of a model',
          'give --activations and --atoms instead of a model',
        )
      : refuse(
          'a ranking of neurons of a model',
          'a ranking of the columns of a matrix',
          'give --model and --corpus instead of --activations',
        );
  }
  const best = rankings.flatMap(({ order, score }) => order.filter((neuron) => score[neuron] !== null).slice(0, count));
  if (best.length === 0) throw refuse('no neuron with a score', 'a ranking that could be made', 'rank a concept that the corpus has');
  return [...new Set(best)].flatMap((neuron) => neurons[neuron] ?? []);
}
