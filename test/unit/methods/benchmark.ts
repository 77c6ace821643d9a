/**
 * Neurons of which it is known what they carry: noise of three kinds, and among it one neuron for concept A, a group that
 * carries it only together, three copies that are low on it, one neuron for two concepts, a loud one of no use, and one
 * that remembers a word.
 */
import { randomStream } from '../../../server/src/methods/statistics/random';
import { concept } from './toy';

const rows = 800;

export function benchmark() {
  const next = randomStream(2022);
  const uniform = () => (next() + 0.5) / 2 ** 32;
  const gaussian = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const column = (draw: () => number) => Array.from({ length: rows }, draw);

  const a = column(() => Number(uniform() < 0.25));
  const b = column(() => Number(uniform() < 0.2));
  // Word 0 is the commonest; the third concept is little more than that word.
  const words = column(() => Math.floor(40 * uniform() ** 2));
  const byWord = words.map((word) => Number(word === 0 || (word < 20 && uniform() < 0.02)));

  const noise = Array.from({ length: 60 }, (_, c) =>
    column([gaussian, () => gaussian() / Math.max(0.2, Math.abs(gaussian())), () => Math.max(0, gaussian())][c % 3]!),
  );
  const planted = { focused: 3, group: [6, 9, 12, 15, 18], copies: [21, 24, 27], shared: 30, loud: 33, word: 36 };
  const on = (neuron: number, signal: (row: number) => number) => (noise[neuron] = noise[neuron]!.map((value, row) => value + signal(row)));
  on(planted.focused, (row) => 4 * a[row]!);
  for (const neuron of planted.group) on(neuron, (row) => 0.8 * a[row]!);
  const low = column(gaussian);
  for (const neuron of planted.copies) noise[neuron] = low.map((value, row) => value + 0.1 * gaussian() - 4 * a[row]!);
  on(planted.shared, (row) => 3 * Math.max(a[row]!, b[row]!));
  noise[planted.loud] = noise[planted.loud]!.map((value) => 1000 * value);
  on(planted.word, (row) => 6 * Number(words[row] === 0));
  return { neurons: noise, a: concept(a), b: concept(b), byWord: concept(byWord), words: Int32Array.from(words), planted };
}
