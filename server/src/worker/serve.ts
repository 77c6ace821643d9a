/** Which handler serves which job. Adding a job adds one line here and one file beside. */
import type { JobName, Jobs } from '../protocol/jobs';
import type { Progress, Origin } from '../protocol/workerMessages';
import { takeRemarks } from '../runtime/provider';
import { align } from './align';
import { analyseToFile } from './analyseToFile';
import { benchmark } from './benchmark';
import { cache } from './cache';
import { concepts } from './concepts';
import { contexts } from './contexts';
import { disagree } from './disagree';
import { doctor } from './doctor';
import { explain } from './explain';
import { extract, merge } from './extract';
import { fill } from './fill';
import { findNeuron } from './findNeuron';
import { generate } from './generate';
import { gradient } from './gradient';
import { hover } from './hover';
import { modelCard } from './modelCard';
import { neuron } from './neuron';
import { omission } from './omission';
import { paint } from './paint';
import { places, words } from './places';
import { probe } from './probe';
import { propose } from './propose';
import { rank } from './rank';
import { rankToFile } from './rankToFile';
import { runModel } from './runModel';
import { tokens } from './tokens';
import { viewNeuron } from './viewNeuron';
import { warm } from './warm';
import { wordNeurons } from './wordNeurons';

/** What a handler may use besides its params. */
export interface JobContext {
  /** 0 at first; counts the workers that died on this job before. */
  readonly attempt: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly onNote: (text: string) => void;
  readonly onText: (text: string) => void;
  readonly onBegun: (origin: Origin) => void;
}

export type JobHandler<J extends JobName> = (params: Jobs[J]['params'], context: JobContext) => Promise<Jobs[J]['result']>;

const handlers: { readonly [J in JobName]: JobHandler<J> } = {
  model: modelCard,
  tokens,
  extract,
  merge,
  concepts,
  rank,
  probe,
  'rank-to-file': rankToFile,
  'analyse-to-file': analyseToFile,
  neuron,
  omission,
  'run-model': runModel,
  explain,
  contexts,
  propose,
  align,
  gradient,
  generate,
  fill,
  benchmark,
  cache,
  doctor,
  places,
  words,
  hover,
  paint,
  disagree,
  view: viewNeuron,
  find: findNeuron,
  'word-neurons': wordNeurons,
  warm,
};

/** Runs one job to its result, and says what was noticed of the runtime on the way; throws what the handler throws. */
export async function serve<J extends JobName>(job: J, params: Jobs[J]['params'], context: JobContext): Promise<Jobs[J]['result']> {
  try {
    return await handlers[job](params, context);
  } finally {
    takeRemarks().forEach(context.onNote);
  }
}
