/** Every verb of the command line, in the order of the help page. */
import type { Verb } from '../verb';
import { align } from './align';
import { benchmark } from './benchmark';
import { cache } from './cache';
import { concepts } from './concepts';
import { contexts } from './contexts';
import { doctor } from './doctor';
import { explain } from './explain';
import { extract, merge } from './extract';
import { fill } from './fill';
import { generate } from './generate';
import { gradient } from './gradient';
import { methods } from './methods';
import { model } from './model';
import { neuron } from './neuron';
import { omission } from './omission';
import { probe } from './probe';
import { propose } from './propose';
import { rank } from './rank';
import { runModel } from './runModel';
import { tokens } from './tokens';

export const verbs: readonly Verb[] = [
  model,
  tokens,
  extract,
  merge,
  concepts,
  rank,
  probe,
  neuron,
  omission,
  explain,
  contexts,
  propose,
  align,
  runModel,
  gradient,
  generate,
  fill,
  benchmark,
  methods,
  cache,
  doctor,
];
