/** Which scores of a model are meant, and which of them. */
import type { OpenedTokenizer } from '../../corpus/tokenizer/open';
import { InputError, shown } from '../../protocol/errors';
import type { GradientParams } from '../../protocol/gradient';
import type { ScalarOf } from '../../runtime/gradientRun';
import type { OpenModel } from '../openModel';
import { headOf } from '../runnableModel';

/** The scores that are differentiated. `isChoice`: they belong to tokens or classes of which one is chosen. */
export interface ChosenScores extends ScalarOf {
  readonly isChoice: boolean;
  readonly classes: ReadonlyMap<string, number>;
}

/**
 * The scores of the model's head; of a model without one, or where another output is named, the columns of that output. Throws
 * MODEL_TAP for an output that is not there, or for the probability of what is no choice.
 */
export function scoresOf(model: OpenModel, { of, output }: Pick<GradientParams, 'of' | 'output'>): ChosenScores {
  const head = headOf(model);
  if (head?.logits && (output === undefined || output === head.logits.tensor)) {
    const { tensor, width, perToken } = head.logits;
    const known = width ?? (perToken ? head.embedding?.rows : undefined);
    return { tensor, width: known, perToken, kind: of, stack: head.stack, isChoice: known !== 1, classes: classesOf(model) };
  }
  const last = model.folder.parts.at(-1);
  const found = last?.file.model.graph.outputs.find(({ name }) => output === undefined || name === output);
  if (!last || !found) {
    throw new InputError(
      'MODEL_TAP',
      { file: model.folder.path, flag: `--output ${shown(output ?? '', 80)}` },
      {
        found: 'this model has no such output',
        expected: `one of ${
          model.folder.parts
            .at(-1)
            ?.file.model.graph.outputs.map(({ name }) => shown(name, 60))
            .join(', ') ?? 'none'
        }`,
        remedy: 'golgi model lists the outputs',
      },
    );
  }
  if (of !== 'logit') {
    throw new InputError(
      'MODEL_TAP',
      { file: model.folder.path, flag: `--of ${of}` },
      {
        found: `the output "${shown(found.name, 80)}", whose columns are no scores of tokens or classes`,
        expected: '--of logit, which takes a column as it is',
        remedy: 'take an export with a head (fill-mask, text-generation, text-classification) for probabilities',
      },
    );
  }
  const dims = found.type?.tensorType?.shape?.dims;
  const size = Number(dims?.at(-1)?.value ?? 0);
  return {
    tensor: found.name, width: size > 0 ? size : undefined, perToken: dims?.length !== 2, kind: 'logit',
    // A file that holds both halves puts out what its decoder says.
    stack: model.stacks.at(-1)?.stack ?? last.stack,
    isChoice: false, classes: new Map(),
  }; // prettier-ignore
}

/** Labels of classes as config.json has them. */
function classesOf({ folder }: OpenModel): Map<string, number> {
  const labels = folder.config.get('label2id');
  if (typeof labels !== 'object' || labels === null) return new Map();
  return new Map(Object.entries(labels).filter((entry): entry is [string, number] => Number.isSafeInteger(entry[1])));
}

/** A score by number, and what to call it. */
export interface Target {
  readonly id: number;
  readonly name: string;
  readonly note?: string;
}

/**
 * The score that `--target` names: `#id`, a class by its label, or a text that is one token (as written, or behind a blank where
 * only that is one). Throws TARGET_TOKEN.
 */
export function targetOf(text: string, scores: ChosenScores, tokenizer: OpenedTokenizer | null): Target {
  const { width, classes } = scores;
  const overTokens = scores.isChoice && (scores.perToken || classes.size === 0);
  const numbered = /^#(\d{1,9})$/.exec(text);
  if (numbered) {
    const id = Number(numbered[1]);
    if (width !== undefined && id >= width) throw noTarget(text, `#${id}`, `#0 to #${width - 1}`);
    const label = [...classes].find(([, number]) => number === id)?.[0];
    return { id, name: (scores.perToken && scores.isChoice ? tokenizer?.pieceOf(id) : label) ?? `#${id}` };
  }
  const labelled = classes.get(text);
  if (labelled !== undefined && !scores.perToken) return { id: labelled, name: text };
  if (!overTokens || !tokenizer) {
    throw noTarget(text, 'a name where scores have numbers only', `#0 to ${width === undefined ? '#…' : `#${width - 1}`}${classes.size ? `, or a label: ${[...classes.keys()].slice(0, 8).map((label) => shown(label, 40)).join(', ')}` : ''}`); // prettier-ignore
  }
  const pieces = (written: string) => tokenizer.encode(written, { addSpecial: false });
  const [plain, spaced] = [pieces(text), pieces(` ${text}`)];
  for (const [tokens, note] of [
    [plain, undefined],
    [spaced, `"${shown(text, 40)}" is one token behind a blank; that one was taken`],
  ] as const) {
    const [id] = tokens.ids;
    if (tokens.ids.length === 1 && id !== undefined) return { id, name: tokens.pieces[0] ?? text, ...(note === undefined ? {} : { note }) };
  }
  const parts = plain.pieces.map((piece) => `"${shown(piece, 20)}"`).join(' ');
  throw noTarget(text, plain.ids.length === 0 ? 'no token' : `${plain.ids.length} tokens: ${parts}`, 'a text that is one token, or #id');
}

function noTarget(text: string, found: string, expected: string): InputError {
  return new InputError(
    'TARGET_TOKEN',
    { flag: `--target ${shown(text, 80)}` },
    {
      found,
      expected,
      remedy: 'golgi tokens shows the tokens of a text with their ids',
    },
  );
}
