/** Methods: which are to rank, with which parameters, and what each of them sees. */
import type { MethodCard } from '../../../server/src/protocol/methodCard';
import { numberMeanings } from '../../../server/src/protocol/numbers';
import { listMethods } from '../../../server/src/protocol/messages';
import type { Choice, Ui } from '../ui';
import { ensureStudy } from './choose';
import { fillIn } from './parameterForm';
import { rankConcepts } from './rank';
import type { Action, CommandServices } from './services';

/** Asks for methods, their parameters and what they are to be asked about, and ranks. */
export const rankByMethods: Action = (services) =>
  rankBy(services, () => true, 'Tick the methods; several stand side by side in the table');

/** The same of methods that fit something to many neurons at once, whose result is looked at as curves. */
export const probeConcepts: Action = (services) =>
  rankBy(services, ({ family }) => family === 'probing', 'Tick the probes to fit; their curves are drawn beside chance');

async function rankBy(services: CommandServices, isOffered: (card: MethodCard) => boolean, placeholder: string): Promise<void> {
  const { running, ui, settings } = services;
  if (running.now) return ui.tell(`${running.now.title} is still running.`, { title: 'Cancel', command: 'golgi.cancel' });
  if (!(await ensureStudy(services))) return;
  const ranking = (await cardsOf(services)).filter((card) => card.role === 'ranks' && isOffered(card));
  const usual = settings().methods;
  const picked = await ui.pickMany(
    ranking.map((card) => ({ ...methodChoice(card), picked: usual.includes(card.id) })),
    { title: 'Methods', placeholder },
  );
  if (!picked || picked.length === 0) return;
  const parameters = await fillIn(ui, picked, `Choose ${subjectOf(picked)}…`);
  if (!parameters) return;
  const targets = picked.some(({ asks }) => asks === 'numbers') ? await pickNumbers(ui) : [];
  if (!targets) return;
  const how = { methods: picked.map(({ id }) => id), parameters, targets };
  await rankConcepts(services, how, picked.some(({ asks }) => asks === 'concepts') ? undefined : { concepts: [] });
}

/** Numbers to predict; undefined when none was ticked. */
async function pickNumbers(ui: Ui): Promise<readonly string[] | undefined> {
  const picked = await ui.pickMany(
    Object.entries(numberMeanings).map(([name, meaning]) => ({ label: name, description: meaning, value: name })),
    { title: 'Numbers to Predict', placeholder: 'Tick the numbers of words that a probe is to predict; depth is of corpora with trees' },
  );
  return picked && picked.length > 0 ? picked : undefined;
}

/** Shows the card of a method: the one that a page asks for, or one that is picked. */
export const showMethod: Action = async (services, argument) => {
  const { ui } = services;
  const cards = await cardsOf(services);
  const asked = typeof argument === 'string' ? cards.find(({ id }) => id === argument) : undefined;
  const card =
    asked ?? (await ui.pick(cards.map(methodChoice), { title: 'Method Card', placeholder: 'What a method sees, and what it cannot see' }));
  if (card) await ui.showMethodCard(card);
};

async function cardsOf({ session }: CommandServices): Promise<readonly MethodCard[]> {
  return session.ask(listMethods, {});
}

/** A method as a row: what it sees and what it does not. */
export function methodChoice<C extends MethodCard>(card: C): Choice<C> {
  const { id, title, sees, blindTo } = card;
  return { label: title, description: id, detail: `Sees ${sees}. Blind to ${blindTo}.`, value: card };
}

/** What the methods are asked about. */
function subjectOf(cards: readonly MethodCard[]): string {
  const asked = new Set(cards.map(({ asks }) => asks));
  if (!asked.has('numbers')) return 'Concepts';
  return asked.has('concepts') ? 'Numbers and Concepts' : 'Numbers';
}
