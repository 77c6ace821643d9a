/**
 * Control tasks of Hewitt and Liang 2019 (Designing and Interpreting Probes with Control Tasks, EMNLP, section 2): every word
 * form has one label, drawn at random as often as the real labels occur. Nothing about a word but which word it is tells its
 * label, so what a probe reaches here it has learnt by heart; methods.md E5.
 */
import { InputError } from '../../protocol/errors';
import type { Sample, SampleRows } from '../sample';
import { randomStream } from '../statistics/random';

/** A sample with the labels of its control task, in rows to fit and rows held out alike. */
export interface ControlTask extends Pick<Sample, 'train' | 'held' | 'classes' | 'focus'> {
  /** Held rows whose word form was fitted too: others have a label that nobody can know. */
  readonly seen: Uint8Array;
  /** Accuracy of who draws labels as they occur: Σ p². */
  readonly chance: number;
}

/** Makes the control task of a sample. Throws METHOD_PARAMETER where the words of its rows are not known. */
export function controlTaskOf({ train, held, classes, focus }: Sample, seed: number): ControlTask {
  const { types } = train;
  if (!types || !held.types) throw withoutWords();
  const shares = sharesOf(train.labels, classes.length);
  const labelOf = labelDrawer(shares, seed);
  const relabelled = (rows: SampleRows): SampleRows => ({ ...rows, labels: Int32Array.from(rows.types ?? [], labelOf) });
  const fitted = new Set(types);
  return {
    ...{ train: relabelled(train), held: relabelled(held), classes, focus },
    seen: Uint8Array.from(held.types, (type) => Number(fitted.has(type))),
    chance: shares.reduce((sum, share) => sum + share * share, 0),
  };
}

/** The label of a word form: the same for the same seed, whatever rows it stands in. */
export function labelDrawer(shares: readonly number[], seed: number): (type: number) => number {
  const last = shares.findLastIndex((share) => share > 0);
  return (type) => {
    let left = randomStream(seed, 4, type)() / 0x1_0000_0000;
    for (let k = 0; k < last; k++) {
      left -= shares[k] ?? 0;
      if (left < 0) return k;
    }
    return last;
  };
}

function sharesOf(labels: Int32Array, classes: number): number[] {
  const shares = new Array<number>(classes).fill(0);
  for (const label of labels) shares[label] = (shares[label] ?? 0) + 1 / labels.length;
  return shares;
}

/** A control task was asked for rows whose words are not known. */
export function withoutWords(): InputError {
  return new InputError(
    'METHOD_PARAMETER',
    { flag: '--set control-task' },
    {
      found: 'rows whose words are not known',
      expected: 'the word of each row: a control task gives every word a label',
      remedy: 'give --types words.txt, one a row (with --eval-activations also --eval-types), or leave it out',
    },
  );
}
