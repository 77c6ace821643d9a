/** Derivatives and integrated gradients of a score by the neurons of one token. */
import { decoderStartToken } from '../../onnx/config';
import type { TapTensor } from '../../onnx/taps';
import { InputError } from '../../protocol/errors';
import type { GradientParams, GradientReport, GradientRoute } from '../../protocol/gradient';
import { neuronText, tapText } from '../../protocol/neurons';
import type { Stack } from '../../protocol/neurons';
import type { GradientRun } from '../../runtime/gradientRun';
import { isQuantised, openModel, tokenizerFor } from '../openModel';
import type { OpenModel } from '../openModel';
import { warningLines } from '../provenance';
import type { JobContext, JobHandler } from '../serve';
import { sessions } from '../sessions';
import { idRows, textRows } from '../tokenRows';
import type { PaddedRows } from '../tokenRows';
import { differenceSlopes, differenceSteps } from './differences';
import { integratedGradients, sharesOf } from './integrated';
import { gradientTaps } from './gradientTaps';
import { scoresOf, targetOf } from './scores';
import type { ChosenScores } from './scores';
import { reverseSlopes } from './slopes';
import type { Question, Slopes } from './slopes';
import { writeGradients } from './write';

/** One `.npy` a tap, [layers, neurons], and what they are about. */
export const gradient: JobHandler<'gradient'> = async (params, context): Promise<GradientReport> => {
  const model = openModel(params.model);
  const scores = scoresOf(model, params);
  const groups = gradientTaps(model, params, scores.stack);
  const taps = groups.flatMap((group) => group.taps);
  const own = params.ids ? idRows(model.tokenizer, [params.ids]) : textRows(tokenizerFor(model), [params.text ?? '']);
  const decoder = decoderRows(model, params);
  const rowsOf = (stack: Stack): PaddedRows => (stack === 'dec' && decoder ? decoder : own);
  const target = targetOf(params.target, scores, model.tokenizer);
  const at = tokenAt(rowsOf(taps[0]?.point.stack ?? ''), params.at, '--at');
  const outputAt = scores.perToken ? tokenAt(rowsOf(scores.stack), params.outputAt ?? params.at, '--output-at') : null;
  const question: Question = {
    batch: decoder ? { ...own, decoder } : own,
    at: { target: target.id, position: outputAt?.position ?? 0, tapPosition: at.position },
    taps,
  };

  return withRun(model, scores, taps, params, async ({ run, route, instead }) => {
    const { slopes, step } = await slopesOf(run, route, model, scores, question, params, context);
    const { scalars, values } = slopes.plain;
    const value = scalars[scores.kind][0] ?? NaN;
    const rows: Float32Array[] = [];
    const completeness: GradientReport['taps'][number]['completeness'][] = [];
    let done = 0;
    for (const group of groups) {
      const gaps = [];
      for (const tap of group.taps) {
        context.signal.throwIfAborted();
        const index = taps.indexOf(tap);
        if (params.integrated) {
          const { steps, rule } = params.integrated;
          const made = await integratedGradients(slopes, tap, index, sharesOf(steps, rule), value);
          rows.push(made.attributions);
          gaps.push(made.completeness);
          context.onProgress({ stage: 'integrating', done: ++done, total: taps.length, unit: 'layers' });
        } else {
          rows.push(slopes.plain.gradients[index] ?? new Float32Array(tap.width));
        }
      }
      completeness.push(params.integrated ? gaps : null);
    }
    const files = params.out === undefined ? groups.map(() => null) : await writeGradients(params.out, groups, rows);
    warningLines(model.warnings).forEach(context.onNote);
    const numbers = { value, logit: scalars.logit[0] ?? NaN, prob: scores.isChoice ? (scalars.prob[0] ?? NaN) : null, logprob: scores.isChoice ? (scalars.logprob[0] ?? NaN) : null }; // prettier-ignore
    return {
      kind: params.integrated ? 'integrated-gradients' : 'gradient',
      model: { name: model.name, files: model.folder.parts.map(({ file }) => file.path) },
      of: scores.kind,
      output: scores.tensor,
      target: { id: target.id, name: target.name },
      at,
      outputAt,
      scalar: numbers,
      route,
      step,
      roundingPassedOver: route === 'reverse' ? run.rounded : [],
      integrated: params.integrated ?? null,
      taps: groups.map(({ name, taps: each }, i) => ({
        tap: name,
        layers: each.map(({ point }) => tapText(point)),
        width: Math.max(...each.map(({ width }) => width)),
        file: files[i] ?? null,
        completeness: completeness[i] ?? null,
      })),
      strongest: strongest(taps, rows, values),
      notes: [...model.notes, ...(target.note === undefined ? [] : [target.note]), ...routeNotes(model, route, run, instead)],
    };
  });
};

function decoderRows(model: OpenModel, { decoderText, decoderIds }: GradientParams): PaddedRows | undefined {
  if (decoderIds) return idRows(model.tokenizer, [decoderIds]);
  if (decoderText === undefined) return undefined;
  return textRows(tokenizerFor(model), [decoderText], decoderStartToken(model.folder.config));
}

/** Throws TOKEN_POSITION for a position that the text does not have. */
function tokenAt({ tables, length }: PaddedRows, position: number, flag: string): { position: number; piece: string } {
  const token = tables[0]?.tokens[position];
  if (token) return { position, piece: token.piece };
  throw new InputError(
    'TOKEN_POSITION',
    { flag: `${flag} ${position}` },
    {
      found: `a text of ${length} tokens`,
      expected: `0 to ${length - 1}`,
      remedy: 'golgi tokens shows the tokens of a text; special ones count',
    },
  );
}

interface OpenedRun {
  readonly run: GradientRun;
  readonly route: GradientRoute;
  /** Why it is not the route that was asked for: the operators without a rule. */
  readonly instead?: string;
}

/** Uses the run by the route asked for; a quantised model with an operator without a rule falls back on differences. */
async function withRun<T>(
  model: OpenModel,
  of: ChosenScores,
  taps: readonly TapTensor[],
  { route, integrated }: GradientParams,
  use: (opened: OpenedRun) => Promise<T>,
): Promise<T> {
  const sites = taps.map((tap) => ({ tap, form: 'sparse' as const }));
  let instead: string | undefined;
  if (route !== 'differences') {
    try {
      return await sessions.useGradient(model, { of, taps, sites: integrated ? sites : [] }, (run) => use({ run, route: 'reverse' }));
    } catch (error) {
      if (!(error instanceof InputError && error.code === 'MODEL_GRADIENT') || route === 'reverse' || !isQuantised(model)) throw error;
      instead = [...new Set(error.problems.map(({ found }) => found))].join('; ');
    }
  }
  return sessions.useGradient(model, { of, taps, sites, forwardOnly: true }, (run) =>
    use({ run, route: 'differences', ...(instead === undefined ? {} : { instead }) }),
  );
}

async function slopesOf(
  run: GradientRun,
  route: GradientRoute,
  model: OpenModel,
  { kind }: ChosenScores,
  question: Question,
  { integrated }: GradientParams,
  { signal, onProgress }: JobContext,
): Promise<{ slopes: Slopes; step: number | null }> {
  const plain = await run.run(question.batch, [question.at]);
  if (route === 'reverse') return { slopes: reverseSlopes(run, question, plain, kind), step: null };
  const step = isQuantised(model) ? differenceSteps.quantised : differenceSteps.float;
  const total = question.taps.reduce((sum, { width }) => sum + width, 0) * (1 + (integrated?.steps ?? 0));
  let done = 0;
  const onDone = (neurons: number) => {
    signal.throwIfAborted();
    onProgress({ stage: 'moving neurons', done: (done += neurons), total, unit: 'neurons' });
  };
  return { slopes: await differenceSlopes(run, question, plain, { kind, step, onDone }), step };
}

const strongestShown = 20;

function strongest(
  taps: readonly TapTensor[],
  rows: readonly Float32Array[],
  values: readonly Float32Array[],
): GradientReport['strongest'] {
  const all = taps.flatMap(({ point }, i) =>
    Array.from(rows[i] ?? [], (value, unit) => ({ id: neuronText({ ...point, unit }), value, activation: values[i]?.[unit] ?? NaN })),
  );
  const finite = all.filter(({ value, activation }) => Number.isFinite(value) && Number.isFinite(activation));
  return finite.sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, strongestShown);
}

function routeNotes(model: OpenModel, route: GradientRoute, { rounded }: GradientRun, instead: string | undefined): string[] {
  if (route === 'differences') {
    return instead === undefined ? [] : [`${instead}: the model is quantised, so these are differences between runs instead`];
  }
  if (rounded.length === 0) return [];
  return [
    `${rounded.join(', ')}: rounding was passed over, so these are derivatives of ${model.name} with its weights as the numbers they stand for`,
  ];
}
