/** Several analyses in one pass over the same stored activations, into one file. */
import { analysisSchema } from '../protocol/analyses';
import type { AnalysisFile, AnalysisOutcome, PlannedAnalysis } from '../protocol/analyses';
import { InputError } from '../protocol/errors';
import { align } from './align';
import { contexts } from './contexts';
import { explain } from './explain';
import { neuron } from './neuron';
import { omission } from './omission';
import { propose } from './propose';
import type { JobContext, JobHandler } from './serve';
import { versions } from './versions';
import { writeWhole } from './writeWhole';

/** Runs one after the other. What refuses its input is written as refused where others go on beside it, and thrown where it was asked alone. */
export const analyseToFile: JobHandler<'analyse-to-file'> = async ({ file, study, analyses }, context) => {
  const started = performance.now();
  const outcomes: AnalysisOutcome[] = [];
  for (const planned of analyses) {
    try {
      outcomes.push(await outcomeOf(planned, context));
    } catch (error) {
      if (analyses.length === 1 || !(error instanceof InputError)) throw error;
      const { method, title, evidence } = planned;
      outcomes.push({ method, title, evidence, job: 'refused', problems: error.problems });
    }
  }
  const content: AnalysisFile = {
    ...{ schema: analysisSchema, golgi: versions.golgi, created: new Date().toISOString() },
    ...{ elapsedMs: Math.round(performance.now() - started), ...study, outcomes },
  };
  await writeWhole(file, `${JSON.stringify(content)}\n`);
  return null;
};

async function outcomeOf(planned: PlannedAnalysis, context: JobContext): Promise<AnalysisOutcome> {
  const { method, title, evidence } = planned;
  const head = { method, title, evidence };
  switch (planned.job) {
    case 'explain':
      return { ...head, job: planned.job, result: await explain(planned.params, context) };
    case 'propose':
      return { ...head, job: planned.job, result: await propose(planned.params, context) };
    case 'align':
      return { ...head, job: planned.job, result: await align(planned.params, context) };
    case 'contexts':
      return { ...head, job: planned.job, result: await contexts(planned.params, context) };
    case 'omission':
      return { ...head, job: planned.job, result: await omission(planned.params, context) };
    case 'neuron':
      return { ...head, job: planned.job, result: await neuron(planned.params, context) };
  }
}
