/** Methods: which are to rank, with which parameters, and what each of them sees. Forms follow from the methods' own cards. */
import type { MethodCard, ParameterCard } from '../../../server/src/protocol/methodCard';
import { valuesText, wrongValue } from '../../../server/src/protocol/methodCard';
import { numberMeanings } from '../../../server/src/protocol/numbers';
import { listMethods } from '../../../server/src/protocol/messages';
import type { Choice, Ui } from '../ui';
import { ensureStudy } from './choose';
import { rankConcepts } from './rank';
import type { Action, CommandServices } from './services';

/** Values that differ from their defaults, by method and name. */
type Values = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Asks for methods, their parameters and what they are to be asked about, and ranks. */
export const rankByMethods: Action = async (services) => {
  const { running, ui, settings } = services;
  if (running.now) return ui.tell(`${running.now.title} is still running.`, { title: 'Cancel', command: 'golgi.cancel' });
  if (!(await ensureStudy(services))) return;
  const ranking = (await cardsOf(services)).filter(({ role }) => role === 'ranks');
  const usual = settings().methods;
  const picked = await ui.pickMany(
    ranking.map((card) => ({ ...methodChoice(card), picked: usual.includes(card.id) })),
    { title: 'Methods', placeholder: 'Tick the methods by which neurons are ranked; several stand side by side in the table' },
  );
  if (!picked || picked.length === 0) return;
  const parameters = await fillIn(ui, picked);
  if (!parameters) return;
  const targets = picked.some(({ asks }) => asks === 'numbers') ? await pickNumbers(ui) : [];
  if (!targets) return;
  const how = { methods: picked.map(({ id }) => id), parameters, targets };
  await rankConcepts(services, how, picked.some(({ asks }) => asks === 'concepts') ? undefined : { concepts: [] });
};

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

function methodChoice(card: MethodCard): Choice<MethodCard> {
  const { id, title, sees, blindTo } = card;
  return { label: title, description: id, detail: `Sees ${sees}. Blind to ${blindTo}.`, value: card };
}

/** A row of the form. */
type Field = { readonly card: MethodCard; readonly parameter: ParameterCard } | { readonly about: MethodCard } | 'rank';

/** The parameters of methods, to be looked at and changed; undefined when the person thought better of it. */
async function fillIn(ui: Ui, cards: readonly MethodCard[]): Promise<Values | undefined> {
  const values: Record<string, Record<string, string>> = {};
  const fields = cards.flatMap((card) => card.parameters.map((parameter) => ({ card, parameter })));
  if (fields.length === 0) return values;
  for (;;) {
    const rows: Choice<Field>[] = [
      { label: `$(play) Choose ${subjectOf(cards)}…`, description: 'with these parameters', value: 'rank' },
      ...cards.flatMap((card): Choice<Field>[] => [
        { label: card.title, separator: true },
        ...card.parameters.map((parameter) => fieldRow(card, parameter, values[card.id]?.[parameter.name])),
        { label: '$(info) Method card', description: 'what it sees, its formula, where it comes from', value: { about: card } },
      ]),
    ];
    const field = await ui.pick(rows, { title: 'Parameters', placeholder: 'Pick a parameter to change it' });
    if (field === undefined) return undefined;
    if (field === 'rank') return values;
    if ('about' in field) await ui.showMethodCard(field.about);
    else {
      const { id } = field.card;
      const value = await askValue(ui, field.parameter, values[id]?.[field.parameter.name]);
      if (value !== undefined) values[id] = { ...values[id], [field.parameter.name]: value };
    }
  }
}

/** What the methods are asked about. */
function subjectOf(cards: readonly MethodCard[]): string {
  const asked = new Set(cards.map(({ asks }) => asks));
  if (!asked.has('numbers')) return 'Concepts';
  return asked.has('concepts') ? 'Numbers and Concepts' : 'Numbers';
}

function fieldRow(card: MethodCard, parameter: ParameterCard, given: string | undefined): Choice<Field> {
  const changed = given !== undefined && given !== parameter.default;
  return {
    label: `${parameter.name}: ${given ?? parameter.default}`,
    description: changed ? `default ${parameter.default}` : '',
    detail: parameter.help,
    value: { card, parameter },
  };
}

/** One value, which the parameter takes; undefined when it stays as it was. */
async function askValue(ui: Ui, parameter: ParameterCard, given = parameter.default): Promise<string | undefined> {
  const { name, type, options, help } = parameter;
  const choices = type === 'boolean' ? ['true', 'false'] : options;
  if (choices.length === 0) {
    const placeholder = `${help} (${valuesText(parameter)})`;
    return ui.ask({ title: name, placeholder, value: given, wrong: (text) => wrongValue(parameter, text) });
  }
  const describe = (choice: string): string =>
    [choice === given && 'now', choice === parameter.default && 'default'].filter(Boolean).join(', ');
  return ui.pick(
    choices.map((choice) => ({ label: choice, description: describe(choice), value: choice })),
    { title: name, placeholder: help },
  );
}
