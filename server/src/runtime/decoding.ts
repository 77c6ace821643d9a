/** A decoder that writes: scores of the next token, again and again, remembering what it has read where the export can. */
import { Defect } from '../protocol/errors';
import type { Continuation } from '../onnx/continuation';
import type { EditSite, TapEdit } from '../onnx/intervention';
import { encoderStates } from '../onnx/modelFolder';
import type { ModelFolder } from '../onnx/modelFolder';
import type { EncoderSide, Past, TokenRows } from './feeds';
import { openGraphRun } from './graphRun';
import type { GraphRun, Wanted } from './graphRun';
import type { Fetched, SessionOptions } from './session';

/** How a model goes on a text: its graph, and where logits and edited taps lie in it. */
export interface ContinuationPlan extends Continuation {
  readonly logits: string;
  readonly sites: readonly EditSite[];
}

export interface DecodingOptions extends SessionOptions {
  readonly logits: Wanted;
  readonly sites: readonly EditSite[];
  /** Places count from the first token of the text on, in the first run and in all later ones. */
  readonly edits: readonly TapEdit[];
  /** Undefined: the whole text is read again for every token. */
  readonly continuation?: ContinuationPlan | undefined;
  /** What an encoder reads, for models that have one. */
  readonly source?: TokenRows | undefined;
}

export interface Decoding {
  /** Reads the beginning of a text, at least one token; gives the scores of the token after it. */
  start(ids: readonly number[]): Promise<Float32Array>;
  /** Reads one more token; gives the scores of the token after it. */
  next(id: number): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Opens the sessions for one text. Throws InputError as `openModelRun` does. */
export async function openDecoding(folder: Pick<ModelFolder, 'parts' | 'config'>, options: DecodingOptions): Promise<Decoding> {
  const { logits, sites, edits, continuation, source, ...session } = options;
  const [part, encoderPart] = [folder.parts.at(-1), folder.parts.length > 1 ? folder.parts[0] : undefined];
  if (!part) throw new Defect('a model without graphs');
  const states = encoderPart && source && (await encoded(encoderPart, folder.config, source, { ...session, sites }, edits));
  const remembered = continuation?.memory.map(({ atStart }): Wanted => ({ tensor: atStart, stack: part.stack })) ?? [];
  const first = await openGraphRun(part, folder.config, [logits, ...remembered], { ...session, sites });
  let later: GraphRun | undefined;
  let read: number[] = [];
  let memory: Past['values'] = new Map();
  const around = states ?? source;
  const rows = (ids: readonly number[]): TokenRows => ({
    size: 1,
    length: ids.length,
    ids: Int32Array.from(ids),
    mask: new Uint8Array(ids.length).fill(1),
  });
  const readAll = async (ids: readonly number[]): Promise<Float32Array> => {
    const [scores, ...values] = await first.run({ own: rows(ids), ...(around ? { other: around } : {}) }, edits);
    memory = new Map(continuation?.memory.map(({ input }, i) => [input, values[i] as Fetched]));
    read = [...ids];
    return lastScores(scores);
  };
  return {
    start: readAll,
    async next(id) {
      if (!continuation) return readAll([...read, id]);
      // One graph may serve both: what it puts out is then the whole memory.
      const growing =
        continuation.part.file === part.file ? continuation.memory : continuation.memory.filter(({ after }) => after !== undefined);
      const wanted = [continuation.logits, ...growing.map(({ after }) => after ?? '')].map((tensor): Wanted => ({
        tensor,
        stack: part.stack,
      }));
      later ??=
        continuation.part.file === part.file
          ? first
          : await openGraphRun(continuation.part, folder.config, wanted, { ...session, sites: continuation.sites, goesOn: true });
      const past: Past = { length: read.length, mask: new Uint8Array(read.length).fill(1), values: memory };
      const [scores, ...values] = await later.run({ own: rows([id]), past, ...(around ? { other: around } : {}) }, edits);
      memory = new Map([...memory, ...growing.map(({ input }, i) => [input, values[i] as Fetched] as const)]);
      read.push(id);
      return lastScores(scores);
    },
    async release() {
      await Promise.all([...new Set([first, later])].map(async (run) => run?.release()));
    },
  };
}

/** The encoder's states, computed once; edits of its taps are in them. */
async function encoded(
  part: ModelFolder['parts'][number],
  config: ModelFolder['config'],
  source: TokenRows,
  options: SessionOptions & { readonly sites: readonly EditSite[] },
  edits: readonly TapEdit[],
): Promise<EncoderSide> {
  const run = await openGraphRun(part, config, [{ tensor: encoderStates(part), stack: part.stack }], options);
  try {
    const [value] = await run.run({ own: source }, edits);
    if (!value) throw new Defect('the encoder delivered nothing');
    return { ...source, states: { data: value.data, width: value.dims[2] ?? 0 } };
  } finally {
    await run.release();
  }
}

function lastScores(scores: Fetched | undefined): Float32Array {
  const width = scores?.dims.at(-1) ?? 0;
  if (!scores || width === 0) throw new Defect('a run without scores');
  return scores.data.slice(scores.data.length - width);
}
