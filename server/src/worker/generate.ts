import { continuationOf } from '../onnx/continuation';
import type { TapEdit } from '../onnx/intervention';
import { allTaps, findTaps } from '../onnx/taps';
import { randomStream } from '../methods/statistics/random';
import { InputError } from '../protocol/errors';
import type { GenerateParams, GenerateResult } from '../protocol/writing';
import { tapText } from '../protocol/neurons';
import { openDecoding } from '../runtime/decoding';
import type { ContinuationPlan } from '../runtime/decoding';
import { recordedValues } from './edits/recorded';
import { resolveEdits } from './edits/resolve';
import { openModel, tokenizerFor } from './openModel';
import type { OpenModel } from './openModel';
import { warningLines } from './provenance';
import { headOf, sitesOf } from './runnableModel';
import { nextToken, probabilitiesOf } from './sampling';
import type { JobHandler } from './serve';
import { textEndsOf } from './textEnds';
import type { TextEnds } from './textEnds';
import { editedTexts, idRows, textRows } from './tokenRows';
import type { PaddedRows } from './tokenRows';

/** Text that a model writes, token by token, under edits; positions of edits count from the first token on. */
export const generate: JobHandler<'generate'> = async (params, context): Promise<GenerateResult> => {
  const model = openModel(params.model);
  const ends = textEndsOf(model.folder);
  const { source, own } = promptOf(model, params, ends);
  const head = headThatWrites(model);
  const { maxTokens = Infinity } = head;
  if (own.length >= maxTokens) throw tooLong(model, own.length, maxTokens);
  const edits = await editsOf(model, params, source, own, context);
  const sites = sitesOf(model, edits);
  const continuation = params.useCache ? continuationFor(model, edits) : undefined;
  const decoding = await openDecoding(model.folder, {
    logits: { tensor: head.logits.tensor, stack: head.stack },
    sites,
    edits,
    continuation,
    source,
  });
  // A prompt of ids needs no tokenizer; what is written are then ids too.
  const { decode = () => '', pieceOf = () => undefined } = model.tokenizer ?? {};
  const stream = randomStream(params.seed);
  const written: GenerateResult['tokens'][number][] = [];
  const told = teller(context.onText);
  if (!source && typeof params.prompt === 'string') context.onText(params.prompt);
  let stopped: GenerateResult['stopped'] = 'max';
  try {
    let scores = await decoding.start([...own.ids]);
    while (written.length < params.max) {
      const id = nextToken(scores, params, stream);
      if (ends.end.has(id)) {
        stopped = 'end of text';
        break;
      }
      written.push({ id, piece: pieceOf(id) ?? '', probability: probabilitiesOf(scores)[id] ?? 0 });
      told(decode(written.map((token) => token.id)).replace(/\ufffd+$/, ''));
      context.onProgress({ stage: 'writing', done: written.length, total: params.max, unit: 'tokens' });
      if (context.signal.aborted) stopped = 'cancelled';
      else if (own.length + written.length >= maxTokens) stopped = 'longest text of the model';
      else if (written.length < params.max) {
        scores = await decoding.next(id);
        continue;
      }
      break;
    }
  } finally {
    await decoding.release();
  }
  warningLines(model.warnings).forEach(context.onNote);
  const text = decode(written.map((token) => token.id));
  told(text);
  return { promptIds: [...own.ids], tokens: written, text, stopped, cached: continuation !== undefined, notes: model.notes };
};

/** What is read: the encoder's side where there is one, and what the text goes on from. Throws CORPUS_EMPTY, MODEL_INPUTS. */
function promptOf(
  model: OpenModel,
  { prompt, decoderText }: GenerateParams,
  { begin, decoderStart }: TextEnds,
): { source?: PaddedRows; own: PaddedRows } {
  const rowsOf = () => (typeof prompt === 'string' ? textRows(tokenizerFor(model), [prompt]) : idRows(model.tokenizer, [prompt]));
  if (model.stacks.length < 2) {
    if (typeof prompt === 'string' && prompt === '' && begin !== undefined) return { own: idRows(model.tokenizer, [[begin]]) };
    return { own: rowsOf() };
  }
  if (decoderStart === undefined) {
    throw new InputError(
      'MODEL_INPUTS',
      { file: model.folder.path },
      {
        found: 'no decoder_start_token_id in config.json or generation_config.json',
        expected: 'the token with which the decoder begins',
        remedy: 'put the generation_config.json of this model into the folder',
      },
    );
  }
  const own = decoderText ? textRows(tokenizerFor(model), [decoderText], decoderStart) : idRows(model.tokenizer, [[decoderStart]]);
  return { source: rowsOf(), own };
}

/** The stack that gives scores of tokens. Throws MODEL_TAP for models that score nothing or whole texts. */
export function headThatWrites(model: OpenModel) {
  const head = headOf(model);
  const writes = head?.logits?.perToken && (model.stacks.length > 1 || head.causal !== false);
  if (head?.logits && writes) return { ...head, logits: head.logits };
  const found = !head
    ? 'a model without a head'
    : head.logits?.perToken
      ? 'a model whose tokens see those after them'
      : 'a model that scores whole texts';
  throw new InputError(
    'MODEL_TAP',
    { file: model.folder.path },
    { found, expected: 'a model exported for text-generation or text2text-generation', remedy: 'use golgi fill with a masked model' },
  );
}

async function editsOf(
  model: OpenModel,
  params: GenerateParams,
  source: PaddedRows | undefined,
  own: PaddedRows,
  context: Parameters<JobHandler<'generate'>>[1],
): Promise<TapEdit[]> {
  const batch = source ? { ...source, decoder: own } : own;
  const prompt = typeof params.prompt === 'string' ? [params.prompt] : undefined;
  const decoded = params.decoderText === undefined ? undefined : [params.decoderText];
  const texts = (stack: string) => {
    if (source && stack !== 'dec') return editedTexts(source, prompt);
    // The last token that is written is not read any more.
    return { ...editedTexts(own, source ? decoded : prompt), yetToCome: params.max - 1 };
  };
  return resolveEdits(model, params.edits, texts, recordedValues(model, batch, params.meanOver, context));
}

/** How the model goes on a text under the edits; undefined where its export cannot, or has other taps there. */
function continuationFor(model: OpenModel, edits: readonly TapEdit[]): ContinuationPlan | undefined {
  const found = continuationOf(model.folder);
  if (!found) return undefined;
  // Tensors that a person chose have names in their own file only.
  const same = model.folder.parts.some(({ file }) => file === found.part.file);
  const { stacks } = findTaps(found.part.file.index, {
    ...{ file: found.part.file.path, stack: found.part.stack },
    chosen: same ? model.chosen : [],
  });
  const logits = stacks.find((stack) => stack.logits !== undefined)?.logits?.tensor;
  const own = edits.filter(({ point }) => found.part.stack === '' || point.stack === found.part.stack);
  const taps = stacks.flatMap(allTaps);
  const elsewhere = same ? [] : model.chosen.map((choice) => tapText(choice.point));
  const known = own.every(({ point }) => taps.some((tap) => tapText(tap.point) === tapText(point)) && !elsewhere.includes(tapText(point)));
  return logits !== undefined && known ? { ...found, logits, sites: sitesOf({ taps, folder: model.folder }, own) } : undefined;
}

/** Tells text as it grows; a character whose bytes are not complete waits for the next token. */
function teller(tell: (text: string) => void): (text: string) => void {
  let told = '';
  return (text) => {
    if (!text.startsWith(told) || text === told) return;
    tell(text.slice(told.length));
    told = text;
  };
}

function tooLong({ folder }: OpenModel, length: number, most: number): InputError {
  return new InputError(
    'MODEL_INPUTS',
    { file: folder.path },
    { found: `a prompt of ${length} tokens`, expected: `at most ${most - 1}: the model reads ${most}`, remedy: 'give a shorter prompt' },
  );
}
