/** The matrix of the planted benchmark: background activity with the plants in it. Everything follows from the seed. */
import { memoryMatrix } from '../../activations/memoryMatrix';
import type { Matrix } from '../../activations/matrix';
import type { LabelSet } from '../../methods';
import { heavyTailed, normal, rectified, uniforms } from './noise';
import type { Uniform } from './noise';
import { plants } from './plants';
import type { Plant } from './plants';

/** 0–79 normal, 80–139 heavy-tailed, 140–198 rectified; the last is constant. */
export const plantedNeurons = 200;
export const constantNeuron = plantedNeurons - 1;
export const plantedRows = 800;
const rowsOfSentence = 8;
const wordTypes = 60;
/** Share of rows, or of word types, that carry a concept. */
const carrying = 0.3;

export interface PlantedMatrix {
  readonly matrix: Matrix;
  /** One concept for each plant, in their order. */
  readonly labelSets: readonly LabelSet[];
  readonly groups: Int32Array;
  /** Word type of each row. */
  readonly types: Int32Array;
}

/** Rows, labels and sentences. */
export function plantedMatrix(seed: number): PlantedMatrix {
  const values = new Float64Array(plantedRows * plantedNeurons);
  for (let neuron = 0; neuron < constantNeuron; neuron++) {
    const next = uniforms(seed, 1, neuron);
    for (let row = 0; row < plantedRows; row++) values[row * plantedNeurons + neuron] = background(neuron, next);
  }
  const types = wordsOf(seed);
  return {
    matrix: memoryMatrix(plantedRows, plantedNeurons, values),
    labelSets: plants.map((plant, index) => sow(plant, values, types, uniforms(seed, 2, index))),
    groups: Int32Array.from({ length: plantedRows }, (_, row) => Math.floor(row / rowsOfSentence)),
    types,
  };
}

function background(neuron: number, next: Uniform): number {
  if (neuron < 80) return normal(next);
  return neuron < 140 ? heavyTailed(next) : rectified(next);
}

function wordsOf(seed: number): Int32Array {
  const next = uniforms(seed, 3);
  return Int32Array.from({ length: plantedRows }, () => Math.floor(next() * wordTypes));
}

/** Writes the members' values into the matrix and gives the labels. */
function sow({ id, members, labels: drawn, values: valuesAt }: Plant, values: Float64Array, types: Int32Array, next: Uniform): LabelSet {
  const typeCarries = Uint8Array.from({ length: wordTypes }, () => Number(next() < carrying));
  const ofType = Float64Array.from({ length: wordTypes }, () => normal(next));
  const labels = types.map((type) => (drawn === 'by row' ? Number(next() < carrying) : typeCarries[type]!));
  labels.forEach((label, row) => {
    const at = (neuron: number): number => row * plantedNeurons + neuron;
    const found = valuesAt({
      carries: label === 1,
      background: members.map((neuron) => values[at(neuron)]!),
      ofType: ofType[types[row]!]!,
      next,
    });
    members.forEach((neuron, m) => (values[at(neuron)] = found[m]!));
  });
  return { name: id, kind: 'binary', classNames: ['other', id], labels };
}
