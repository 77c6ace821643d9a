/**
 * What is planted, and where: every kind of neuron that a method should find, with the kinds that should not deceive it.
 * methods.md 14. Each plant has a concept of its own, so that no plant stands in another's way.
 */
import { normal } from './noise';
import type { Uniform } from './noise';

/** A concept with the neurons that carry it, or that only look as if they did. */
export interface Plant {
  readonly id: string;
  readonly what: string;
  /** A decoy must not be found: it tells nothing of the concept beyond these rows. */
  readonly decoy: boolean;
  /** Columns of the matrix. */
  readonly members: readonly number[];
  /** Whether the label of a row is drawn by itself, or for all rows of a word type together. */
  readonly labels: 'by row' | 'by word type';
  /** The values of the members on a row. `background`: what they are without the plant; `ofType` is drawn once a word type. */
  readonly values: (row: PlantRow) => readonly number[];
}

export interface PlantRow {
  readonly carries: boolean;
  readonly background: readonly number[];
  readonly ofType: number;
  readonly next: Uniform;
}

/** Standard deviations between rows with and without the concept, where one neuron carries it. */
const shift = 1.5;

export const plants: readonly Plant[] = [
  {
    ...{ id: 'shift', what: 'one neuron, higher on the concept', decoy: false, members: [11], labels: 'by row' },
    values: ({ carries, background }) => [background[0]! + (carries ? shift : 0)],
  },
  {
    ...{ id: 'tails', what: 'one neuron with rare values far out, higher on the concept', decoy: false, members: [95], labels: 'by row' },
    values: ({ carries, background }) => [background[0]! + (carries ? shift : 0)],
  },
  {
    ...{ id: 'faint', what: 'one neuron as good as “shift”, its values a thousand times smaller', decoy: false, members: [23] },
    labels: 'by row',
    values: ({ carries, background }) => [(background[0]! + (carries ? shift : 0)) / 1000],
  },
  {
    ...{ id: 'copies', what: 'three noisy copies of one neuron, lower on the concept', decoy: false, members: [37, 52, 71] },
    labels: 'by row',
    values: ({ carries, background, next }) => {
      const carrier = normal(next) - (carries ? shift : 0);
      return background.map((noise) => carrier + 0.3 * noise);
    },
  },
  {
    ...{ id: 'two-a', what: 'one neuron for two concepts, higher on either: the first', decoy: false, members: [14], labels: 'by row' },
    values: ({ carries, background }) => [background[0]! + (carries ? shift : 0)],
  },
  {
    ...{ id: 'two-b', what: 'the same neuron, asked for the second', decoy: false, members: [14], labels: 'by row' },
    values: ({ carries, background }) => [background[0]! + (carries ? shift : 0)],
  },
  {
    ...{ id: 'group', what: 'five neurons, each with a little of it', decoy: false, members: [5, 18, 29, 44, 63], labels: 'by row' },
    values: ({ carries, background }) => background.map((noise) => noise + (carries ? 0.5 : 0)),
  },
  {
    ...{ id: 'cancel', what: 'two neurons that carry it only in their difference', decoy: false, members: [8, 58], labels: 'by row' },
    values: ({ carries, background, next }) => {
      const common = normal(next);
      return [common + 0.1 * background[0]! + (carries ? 0.2 : 0), common + 0.1 * background[1]!];
    },
  },
  {
    ...{
      id: 'xor',
      what: 'two neurons that carry it only in the sign of their product',
      decoy: false,
      members: [33, 76],
      labels: 'by row',
    },
    values: ({ carries, background }) => [background[0]!, Math.abs(background[1]!) * (Math.sign(background[0]!) * (carries ? 1 : -1))],
  },
  {
    ...{ id: 'spread', what: 'one neuron, far out on either side on the concept', decoy: false, members: [48], labels: 'by row' },
    values: ({ carries, background }) => [background[0]! * (carries ? 3 : 1)],
  },
  {
    ...{ id: 'seldom', what: 'one neuron that fires on a tenth of the concept, strongly, and nowhere else', decoy: false, members: [160] },
    labels: 'by row',
    values: ({ carries, background, next }) => [background[0]! + (next() < 0.1 && carries ? 4 : 0)],
  },
  {
    ...{ id: 'large', what: 'decoy: a neuron that knows nothing, its values fifty times larger', decoy: true, members: [30] },
    labels: 'by row',
    values: ({ background }) => [50 * background[0]!],
  },
  {
    ...{
      id: 'words',
      what: 'decoy: a neuron with one random value a word type, where the label follows the type',
      decoy: true,
      members: [67],
    },
    labels: 'by word type',
    values: ({ background, ofType }) => [ofType + 0.2 * background[0]!],
  },
];
