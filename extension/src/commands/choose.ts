/** Choosing what is studied: a model, a corpus, or the pair that comes with the product. */
import { InputError } from '../../../server/src/protocol/errors';
import { baseName, wasCancelled } from '../said';
import type { CorpusPlace } from '../study';
import type { ActiveDocument, Choice } from '../ui';
import type { Action, CommandServices } from './services';

/** Bytes from which reading takes more than a second or two: then it is shown with numbers, and can be cancelled. */
const longReading = 8_000_000;

/** Takes a model from the workspace, from before, from the product, or from anywhere. */
export const chooseModel: Action = async (services, argument) => {
  const { ui, study } = services;
  const folder = typeof argument === 'string' ? argument : await pickModel(services);
  if (folder === undefined) return;
  await ui.busy(`Opening ${baseName(folder)}`, () => study.chooseModel(folder));
};

/** Takes the file in the editor, the sample, or any file. */
export const chooseCorpus: Action = async (services, argument) => {
  const { ui } = services;
  const place = typeof argument === 'string' ? ui.placeOf(argument) : await pickCorpus(services);
  if (place) await openCorpus(services, place, {});
};

/** Model and corpus of the product in one step. */
export const openSample: Action = async (services) => {
  const { ui, study, bundled } = services;
  const [model] = bundled.models;
  if (model) await ui.busy(`Opening ${model.name}`, () => study.chooseModel(model.folder));
  await openCorpus(services, ui.placeOf(bundled.corpus), { readOnly: true });
};

/** Reads the corpus of the window as its file is now, after what is typed has been saved. */
export const readAgain: Action = async (services) => {
  const { ui, study } = services;
  const place = study.corpus?.from;
  if (!place) return ui.tell('No corpus is chosen.', { title: 'Choose Corpus', command: 'golgi.chooseCorpus' });
  if (await ui.save(place.uri)) await openCorpus(services, place, {});
};

/** Reads it without the lines that do not parse. */
export const leaveLinesOut: Action = async (services) => {
  const place = services.study.corpus?.from;
  if (place) await openCorpus(services, { ...place, skipInvalid: true }, {});
};

async function openCorpus(services: CommandServices, place: CorpusPlace, options: { readonly readOnly?: boolean }): Promise<void> {
  const { ui, study } = services;
  const name = baseName(place.path);
  const read = `Reading ${name}`;
  const isLong = (await ui.sizeOf(place.uri)) >= longReading;
  const isShown = await ui.openDocument(place.uri, options);
  try {
    if (isLong) await ui.progress(read, (onProgress, signal) => study.chooseCorpus(place, { onProgress, signal }));
    else await ui.busy(read, () => study.chooseCorpus(place));
  } catch (error) {
    if (wasCancelled(error)) return ui.tell(`${name} was not read to its end. ${kept(study)}`);
    if (!place.skipInvalid && isAboutLines(error))
      return ui.fail(error, { title: 'Leave These Lines Out', command: 'golgi.leaveLinesOut' });
    throw error;
  }
  if (!isShown) ui.tell(`${name} is too large for the editor to share its text. It can be ranked; it has no hovers and is not painted.`);
}

function kept({ corpus }: CommandServices['study']): string {
  return corpus ? `The corpus is still ${baseName(corpus.from.path)}.` : 'No corpus is chosen.';
}

/** Whether a corpus was refused for some of its lines and nothing else. */
function isAboutLines(error: unknown): boolean {
  return error instanceof InputError && error.problems.every(({ place }) => place.line !== undefined);
}

type Source = { readonly path: string } | 'browse' | 'save';

/** Offers models of the workspace, from before, of the product, or from anywhere; undefined when the person thought better of it. */
export async function pickModel({ ui, memory, bundled }: CommandServices): Promise<string | undefined> {
  const browse: Choice<Source> = { label: 'Choose Folder…', detail: 'A folder with model.onnx and tokenizer.json', value: 'browse' };
  const choices = ui.findFiles('**/*.onnx').then((found) => {
    const here = modelFolders(found);
    const recent = memory.recentModels.filter(
      (folder) => !here.includes(folder) && bundled.models.every((model) => model.folder !== folder),
    );
    return [
      ...group('found here', here.map(fromFolder)),
      ...group('recently used', recent.map(fromFolder)),
      ...group(
        'bundled',
        bundled.models.map(({ name, folder, detail }) => ({ label: name, detail, value: { path: folder } })),
      ),
      ...group('elsewhere', [browse]),
    ];
  });
  const source = await ui.pick<Source>(choices, { title: 'Choose Model', placeholder: 'Nothing leaves this machine' });
  if (source === 'browse') return ui.askForFile('Choose a model folder', 'folder');
  return source === 'save' ? undefined : source?.path;
}

async function pickCorpus({ ui, bundled }: CommandServices): Promise<CorpusPlace | undefined> {
  const active = ui.activeDocument();
  const choices: Choice<Source>[] = [
    ...(active ? [fromEditor(active)] : []),
    { label: 'Choose File…', detail: 'Plain text, CoNLL-U, BIO, TSV, CSV, JSON Lines, .word and .label files', value: 'browse' },
    { label: baseName(bundled.corpus), description: 'bundled sample', detail: '2,800 English sentences', value: { path: bundled.corpus } },
  ];
  const source = await ui.pick<Source>(choices, { title: 'Choose Corpus', placeholder: 'The text on which neurons are studied' });
  if (source === 'save') return ui.saveAsFile();
  const path = source === 'browse' ? await ui.askForFile('Choose a corpus file', 'file') : source?.path;
  return path === undefined ? undefined : ui.placeOf(path);
}

/** The document in the editor: a corpus is read from a file on this disk, so anything else is saved as one first. */
function fromEditor({ name, path }: ActiveDocument): Choice<Source> {
  if (path !== undefined) return { label: name, description: 'in the active editor', detail: path, value: { path } };
  return { label: name, description: 'in the active editor', detail: 'Is no file on this disk: save it as one first', value: 'save' };
}

function fromFolder(folder: string): Choice<Source> {
  return { label: baseName(folder), detail: folder, value: { path: folder } };
}

function group(label: string, rows: readonly Choice<Source>[]): Choice<Source>[] {
  return rows.length > 0 ? [{ label, separator: true }, ...rows] : [];
}

/** Folders that hold the given `.onnx` files, the way models are published: beside the tokenizer, or in a folder `onnx` below it. */
export function modelFolders(files: readonly string[]): string[] {
  return [...new Set(files.map((file) => file.replace(/[\\/][^\\/]+$/, '').replace(/[\\/]onnx$/, '')))];
}

/**
 * Makes sure that there is a model and a corpus, asking for what is missing; false when the person thought better of it. What is
 * just being opened, as after a reload, is waited for.
 */
export async function ensureStudy(services: CommandServices): Promise<boolean> {
  const { study, ui } = services;
  if (study.isOpening) await ui.busy('Opening model and corpus', () => study.atRest());
  if (study.model?.kind !== 'open') await chooseModel(services);
  if (study.model?.kind === 'open' && !study.openCorpus) await chooseCorpus(services);
  return study.model?.kind === 'open' && study.openCorpus !== null;
}
