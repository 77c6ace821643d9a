/** An opened model as causal methods see it: batches run under edits by sessions that stay open. */
import type { TokenBatch } from '../activations/forward';
import type { Fetchable, Model, Values } from '../methods/model';
import { formOf } from '../onnx/intervention';
import type { EditSite, TapEdit } from '../onnx/intervention';
import type { TapTensor } from '../onnx/taps';
import { InputError } from '../protocol/errors';
import { tapText } from '../protocol/neurons';
import type { TapPoint } from '../protocol/neurons';
import type { Wanted } from '../runtime/modelRun';
import type { OpenModel } from './openModel';
import { sessions as ownSessions } from './sessions';
import type { SessionCache } from './sessions';

/** The model behind `methods/model.ts`. `often`: many runs are to come, so sessions are made for speed. */
export function runnableModel(
  model: OpenModel,
  { often = false, sessions = ownSessions }: { often?: boolean; sessions?: SessionCache } = {},
): Model {
  const { logits } = headOf(model) ?? {};
  return {
    taps: model.taps.map(({ point, width }) => ({ point, width })),
    logits: logits && { width: logits.width, perToken: logits.perToken },
    run: (batch, edits, fetch) => runEdited(model, batch, edits, fetch.map((each) => wantedOf(model, each)), { often, sessions }), // prettier-ignore
  };
}

/** Runs a batch under edits and hands over any tensors of the graph, in their order. */
export async function runEdited(
  model: OpenModel,
  batch: TokenBatch,
  edits: readonly TapEdit[],
  wanted: readonly Wanted[],
  { often = false, sessions = ownSessions }: { often?: boolean; sessions?: SessionCache } = {},
): Promise<Values[]> {
  if (wanted.length === 0) return [];
  return sessions.use(model, { wanted, sites: sitesOf(model, edits), often }, (run) => run.run(batch, edits));
}

/** The stack whose scores the model puts out, if it has a head. */
export function headOf({ stacks }: Pick<OpenModel, 'stacks'>): OpenModel['stacks'][number] | undefined {
  return [...stacks].reverse().find(({ logits }) => logits !== undefined);
}

/** Throws InputError MODEL_TAP naming what there is. */
function wantedOf(model: OpenModel, fetch: Fetchable): Wanted {
  if (fetch !== 'logits') {
    const tap = tapOf(model, fetch);
    return { ...tap, stack: tap.point.stack };
  }
  const head = headOf(model);
  if (head?.logits) return { tensor: head.logits.tensor, stack: head.stack };
  throw new InputError(
    'MODEL_TAP',
    { file: model.folder.path },
    {
      found: 'this model has no head that gives logits',
      expected: 'a model exported for a task (fill-mask, text-generation, text-classification)',
      remedy: 'export it with its head, or ask for a tap',
    },
  );
}

/** One site for every tap that is edited. */
export function sitesOf(model: Pick<OpenModel, 'taps' | 'folder'>, edits: readonly TapEdit[]): EditSite[] {
  const names = [...new Set(edits.map(({ point }) => tapText(point)))];
  return names.map((name) => {
    const own = edits.filter(({ point }) => tapText(point) === name);
    return { tap: tapOf(model, (own[0] as TapEdit).point), form: formOf(own) };
  });
}

/** The tensor of a tap. Throws InputError MODEL_TAP. */
function tapOf({ taps, folder }: Pick<OpenModel, 'taps' | 'folder'>, point: TapPoint): TapTensor {
  const tap = taps.find((each) => tapText(each.point) === tapText(point));
  if (tap) return tap;
  throw new InputError(
    'MODEL_TAP',
    { file: folder.path },
    {
      found: `no ${tapText(point)}`,
      expected: `taps such as ${taps
        .slice(0, 4)
        .map((each) => tapText(each.point))
        .join(', ')}`,
      remedy: 'golgi model lists layers, taps and what is missing',
    },
  );
}
