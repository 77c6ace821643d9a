/** What a method reads of a corpus, and what of it stays in memory: what a corpus larger than memory means for it. */
import type { ExplainMethod } from './compositional/explanation';
import type { DescribeMethod, ModelMethod, RankMethod } from './method';
import { sampleBytes } from './ranking/sampleRows';
import type { SampleMethod } from './sample';

/** A method of any kind. */
export type Method = RankMethod | SampleMethod | DescribeMethod | ExplainMethod | ModelMethod;

/** One sentence for people. It follows from what the method asks for, so it cannot be forgotten or go stale. */
export function readsOf(method: Method): string {
  switch (method.kind) {
    case 'rank': {
      const { order, cuts, scatter } = method.needs({});
      const sums = `count, mean, ${scatter ? 'scatter, ' : ''}least and largest value of each class, added up row by row`;
      if (!order && !cuts) return `${sums}; no row is kept`;
      const what = order ? 'its values in order' : 'its values counted in bins';
      return `${sums}; then one neuron at a time, ${what}`;
    }
    case 'sample':
      return `a sample of whole rows held in memory, at most ${sampleBytes >>> 30} GB of values; results say how many of how many`;
    case 'describe':
      return 'one neuron at a time: its values on all rows';
    case 'explain':
      return 'one neuron at a time: its values on all rows; of every atom one bit a row';
    case 'model':
      return 'no stored activations: it runs the model on texts of its own';
  }
}
