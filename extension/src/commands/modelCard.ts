/** The model card: opening it, and putting a tap at another tensor. */
import { InputError } from '../../../server/src/protocol/errors';
import { readModelCard } from '../../../server/src/protocol/messages';
import type { ModelCard } from '../../../server/src/protocol/modelCard';
import { countText } from '../../../server/src/protocol/counted';
import { baseName } from '../said';
import { pickModel } from './choose';
import type { Action, CommandServices } from './services';

/** Opens the card of the given model, of the one that is studied, or of one that is chosen. */
export const showModelCard: Action = async (services, argument) => {
  const { ui, study } = services;
  if (typeof argument !== 'string' && study.model?.kind === 'open' && study.model.what.files[0] !== undefined)
    return ui.openModelCard(study.model.what.files[0]);
  const path = typeof argument === 'string' ? argument : await pickModel(services);
  if (path !== undefined) await ui.openModelCard(await fileOf(services, path));
};

/** The file of a model; of one that does not open the file at fault, whose card says why. */
async function fileOf({ session, ui, chosenTaps }: CommandServices, path: string): Promise<string> {
  if (path.endsWith('.onnx')) return path;
  try {
    const model = { folder: path, chosenTaps: chosenTaps.of(path) };
    const { files } = await ui.busy(`Opening ${baseName(path)}`, () => session.ask(readModelCard, { model, check: false }));
    return files[0] ?? path;
  } catch (error) {
    const file = error instanceof InputError ? error.problems[0].place.file : undefined;
    if (file?.endsWith('.onnx')) return file;
    throw error;
  }
}

/** Offers the other places of the graph that a tap may mean, and keeps the choice with the study. */
export async function chooseTap({ ui, chosenTaps }: CommandServices, model: string, card: ModelCard, tap: string): Promise<void> {
  const own = card.candidates.filter(({ id }) => id === tap);
  const chosen = await ui.pick(
    own.map(({ tensor, width, reason }) => ({ label: tensor, description: `${countText(width)} neurons`, detail: reason, value: tensor })),
    { title: `Put ${tap} at Another Tensor`, placeholder: 'Kept in the settings of this folder; the model stays as it is' },
  );
  if (chosen !== undefined) await chosenTaps.choose(model, tap, chosen);
}
