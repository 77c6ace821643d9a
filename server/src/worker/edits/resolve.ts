/** From edits as a person wrote them to neurons, numbers and tokens of one batch. */
import { readNpy } from '../../activations/npy';
import type { Operation, TapEdit, TokenPlace } from '../../onnx/intervention';
import type { TapTensor } from '../../onnx/taps';
import type { Edit } from '../../protocol/edits';
import { InputError, readEach } from '../../protocol/errors';
import { tapText } from '../../protocol/neurons';
import type { Stack, TapPoint } from '../../protocol/neurons';
import type { OpenModel } from '../openModel';
import { selectNeurons } from '../selectNeurons';
import { placesOf } from './places';
import type { EditedTexts } from './places';

const operations: Readonly<Record<Edit['operator'], Operation>> = {
  '=': 'set',
  '*=': 'scale',
  '+=': 'add',
  '<=': 'at-most',
  '>=': 'at-least',
};

/** Values of an unedited run that edits refer to. Called once with all taps that need them, `ofText` once a text. */
export interface RecordedValues {
  /** Mean of every neuron of each tap, in the order asked for. */
  readonly means: (taps: readonly TapTensor[]) => Promise<readonly ArrayLike<number>[]>;
  /** Every neuron of each tap at every token of another text: [tokens, neurons]. */
  readonly ofText: (text: string, taps: readonly TapTensor[]) => Promise<readonly Float32Array[]>;
}

/** One edit with its neurons found. */
interface Found {
  readonly edit: Edit;
  readonly tap: TapTensor;
  readonly units: readonly number[];
  /** Neurons that the same edit names before these, and all that it names: files hold a number for each. */
  readonly before: number;
  readonly all: number;
}

/**
 * Resolves edits for the texts of a batch. Throws InputError: NEURON_UNKNOWN, EDIT_POSITION, EDIT_VALUES, MATRIX_FORMAT with
 * the findings of all edits.
 */
export async function resolveEdits(
  model: OpenModel,
  edits: readonly Edit[],
  texts: (stack: Stack) => EditedTexts,
  recorded: RecordedValues,
): Promise<TapEdit[]> {
  const found = readEach(edits, (edit) => findNeurons(model, edit)).flat();
  const places = readEach(found, ({ edit, tap }) => placesOf(edit, texts(tap.point.stack)));
  const numbers = readEach(found, fixedValues);
  const means = await meansOf(found, recorded);
  const others = await textsOf(found, recorded);
  const resolved: TapEdit[] = [];
  for (const [i, { edit, tap, units }] of found.entries()) {
    const base = { point: tap.point, units, operation: operations[edit.operator] };
    const at = places[i];
    if (edit.amount.kind === 'text') {
      const source = others.get(edit.amount.text)?.get(tapText(tap.point)) ?? new Float32Array(0);
      resolved.push(patched(source, found[i] as Found, at, texts(tap.point.stack)));
    } else {
      const values = numbers[i] ?? units.map((unit) => means.get(tapText(tap.point))?.[unit] ?? NaN);
      refuseNonFinite(edit, values);
      resolved.push({ ...base, values, ...(at ? { places: at } : {}) });
    }
  }
  return resolved;
}

function findNeurons(model: OpenModel, edit: Edit): Found[] {
  const selected = edit.neurons.flatMap((selection) => selectNeurons(model, selection));
  const all = selected.reduce((sum, { units }) => sum + units.length, 0);
  let before = 0;
  return selected.map(({ tap, units }) => {
    const found = { edit, tap, units, before, all };
    before += units.length;
    return found;
  });
}

/** Numbers that do not depend on a run; undefined for the rest. */
function fixedValues({ edit, units, before, all }: Found): ArrayLike<number> | undefined {
  if (edit.amount.kind === 'number') return [edit.amount.value];
  if (edit.amount.kind !== 'file') return undefined;
  const { shape, values } = readNpy(edit.amount.path);
  const isList = shape.filter((size) => size !== 1).length <= 1;
  if (isList && values.length === all) return values.slice(before, before + units.length);
  throw new InputError(
    'EDIT_VALUES',
    { file: edit.amount.path, flag: `--edit ${edit.text}` },
    {
      found: `an array of shape (${shape.join(', ')})`,
      expected: `${all} numbers, one for each neuron that the edit names`,
      remedy: 'name as many neurons as the file has numbers',
    },
  );
}

function refuseNonFinite(edit: Edit, values: ArrayLike<number>): void {
  const bad = Array.from(values).findIndex((value) => !Number.isFinite(Math.fround(value)));
  if (bad < 0) return;
  throw new InputError(
    'EDIT_VALUES',
    { ...(edit.amount.kind === 'file' ? { file: edit.amount.path } : {}), flag: `--edit ${edit.text}` },
    {
      found: `${String(values[bad])} as number ${bad + 1} of ${values.length}`,
      expected: 'finite numbers that a float32 holds',
      remedy: 'replace what is missing by the value that you mean, such as 0',
    },
  );
}

async function meansOf(found: readonly Found[], { means }: RecordedValues): Promise<Map<string, ArrayLike<number>>> {
  const needed = found.filter(({ edit }) => edit.amount.kind === 'mean').map(({ tap }) => tap);
  const taps = [...new Map(needed.map((tap) => [tapText(tap.point), tap])).values()];
  const values = taps.length === 0 ? [] : await means(taps);
  return new Map(taps.map((tap, i) => [tapText(tap.point), values[i] ?? []]));
}

/** What edits take of other texts, by text and tap; each text is run once. */
async function textsOf(found: readonly Found[], { ofText }: RecordedValues): Promise<Map<string, Map<string, Float32Array>>> {
  const needed = new Map<string, Map<string, TapTensor>>();
  for (const { edit, tap } of found) {
    if (edit.amount.kind !== 'text') continue;
    if (tap.point.stack === 'dec') throw otherStack(edit, tap.point);
    const taps = needed.get(edit.amount.text) ?? new Map<string, TapTensor>();
    needed.set(edit.amount.text, taps.set(tapText(tap.point), tap));
  }
  const texts = new Map<string, Map<string, Float32Array>>();
  for (const [text, taps] of needed) {
    const values = await ofText(text, [...taps.values()]);
    texts.set(text, new Map([...taps.keys()].map((name, i) => [name, values[i] ?? new Float32Array(0)])));
  }
  return texts;
}

/** Activation patching (Vig et al. 2020; Meng et al. 2022): neurons take what they are at the same positions of another text. */
function patched(
  source: Float32Array,
  { edit, tap, units }: Found,
  at: readonly TokenPlace[] | undefined,
  { lengths }: EditedTexts,
): TapEdit {
  const tokens = source.length / tap.width;
  const differing = lengths.findIndex((length) => length !== tokens);
  if (!at && differing >= 0) throw otherLength(edit, `text ${differing + 1} of ${lengths[differing] ?? 0} tokens, the other of ${tokens}`);
  const places = at ?? lengths.flatMap((length, row) => Array.from({ length }, (_, position) => ({ row, position })));
  const beyond = places.find(({ position }) => position >= tokens);
  if (beyond) throw otherLength(edit, `position ${beyond.position}, but the other text has ${tokens} tokens`);
  const values = new Float32Array(places.length * units.length);
  places.forEach(({ position }, place) => {
    units.forEach((unit, u) => (values[place * units.length + u] = source[position * tap.width + unit] ?? NaN));
  });
  refuseNonFinite(edit, values);
  return { point: tap.point, units, operation: 'set', values, places };
}

function otherLength(edit: Edit, found: string): InputError {
  return new InputError(
    'EDIT_POSITION',
    { flag: `--edit ${edit.text}` },
    {
      found,
      expected: 'a text of as many tokens, or positions that both have',
      remedy: 'choose texts of equal length, or name positions with @',
    },
  );
}

function otherStack(edit: Edit, point: TapPoint): InputError {
  return new InputError(
    'EDIT_VALUES',
    { flag: `--edit ${edit.text}` },
    {
      found: `another text for ${tapText(point)}, which reads two texts`,
      expected: 'a tap of the encoder, or numbers',
      remedy: 'fetch the values with golgi run-model and give them as file:v.npy',
    },
  );
}
