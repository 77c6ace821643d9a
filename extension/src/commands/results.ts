/** Result files: opening one, and keeping one outside the editor's own storage. */
import { baseName } from '../said';
import type { Action, CommandServices } from './services';

/** Opens the given result, or one that is chosen. */
export const openResult: Action = async (services, argument) => {
  const file = fileIn(argument) ?? (await services.ui.askForFile('Open a result (*.golgi-result.json, *.golgi-analysis.json)', 'file'));
  if (file !== undefined) await services.ui.openResult(file);
};

/** Copies the given result, or the last one, to a place of the person's choice. */
export const saveResultAs: Action = async (services, argument) => {
  const { ui } = services;
  const file = fileIn(argument) ?? lastResult(services);
  if (file === undefined) return ui.tell('There is no result yet.', { title: 'Rank Neurons', command: 'golgi.rankNeurons' });
  const to = await ui.askWhereToSave('Save Result As', baseName(file));
  // The ending is that by which the editor knows it.
  const ending = /\.golgi-\w+\.json$/.exec(file)?.[0] ?? '.json';
  if (to !== undefined) await ui.copyFile(file, to.endsWith(ending) ? to : `${to.replace(/\.json$/, '')}${ending}`);
};

function lastResult({ study }: CommandServices): string | undefined {
  return study.ranking?.file;
}

function fileIn(argument: unknown): string | undefined {
  const file = typeof argument === 'string' ? argument : (argument as { readonly file?: unknown } | undefined)?.file;
  return typeof file === 'string' ? file : undefined;
}
