/** Choosing what is studied: a model, a corpus, or the pair that comes with the product. */
import { baseName } from '../said';
import type { CorpusPlace } from '../study';
import type { Choice } from '../ui';
import type { Action, CommandServices } from './services';

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

async function openCorpus({ ui, study }: CommandServices, place: CorpusPlace, options: { readonly readOnly?: boolean }): Promise<void> {
  await ui.openDocument(place.uri, options);
  await ui.busy(`Reading ${baseName(place.path)}`, () => study.chooseCorpus(place));
}

type Source = { readonly path: string } | 'browse';

async function pickModel({ ui, memory, bundled }: CommandServices): Promise<string | undefined> {
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
  return source?.path;
}

async function pickCorpus({ ui, bundled }: CommandServices): Promise<CorpusPlace | undefined> {
  const active = ui.activeFile();
  const choices: Choice<Source>[] = [
    ...(active
      ? [{ label: baseName(active.path), description: 'in the active editor', detail: active.path, value: { path: active.path } }]
      : []),
    { label: 'Choose File…', detail: 'Plain text, CoNLL-U, BIO, TSV, CSV, JSON Lines, .word and .label files', value: 'browse' },
    { label: baseName(bundled.corpus), description: 'bundled sample', detail: '2,800 English sentences', value: { path: bundled.corpus } },
  ];
  const source = await ui.pick<Source>(choices, { title: 'Choose Corpus', placeholder: 'The text on which neurons are studied' });
  const path = source === 'browse' ? await ui.askForFile('Choose a corpus file', 'file') : source?.path;
  return path === undefined ? undefined : ui.placeOf(path);
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

/** Makes sure that there is a model and a corpus, asking for what is missing; false when the person thought better of it. */
export async function ensureStudy(services: CommandServices): Promise<boolean> {
  const { study } = services;
  if (study.model?.kind !== 'open') await chooseModel(services);
  if (study.model?.kind === 'open' && !study.openCorpus) await chooseCorpus(services);
  return study.model?.kind === 'open' && study.openCorpus !== null;
}
