/** The form for parameters of methods, which follows from their cards. */
import type { MethodCard, ParameterCard } from '../../../server/src/protocol/methodCard';
import { valuesText, wrongValue } from '../../../server/src/protocol/methodCard';
import type { Choice, Ui } from '../ui';

/** Values that differ from their defaults, by method and name. */
export type Values = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A row of the form. */
type Field = { readonly card: MethodCard; readonly parameter: ParameterCard } | { readonly about: MethodCard } | 'go on';

/** The parameters of methods, to be looked at and changed; undefined when the person thought better of it. `goOn` says what comes next. */
export async function fillIn(ui: Ui, cards: readonly MethodCard[], goOn: string): Promise<Values | undefined> {
  const values: Record<string, Record<string, string>> = {};
  const fields = cards.flatMap((card) => card.parameters.map((parameter) => ({ card, parameter })));
  if (fields.length === 0) return values;
  for (;;) {
    const rows: Choice<Field>[] = [
      { label: `$(play) ${goOn}`, description: 'with these parameters', value: 'go on' },
      ...cards.flatMap((card): Choice<Field>[] => [
        { label: card.title, separator: true },
        ...card.parameters.map((parameter) => fieldRow(card, parameter, values[card.id]?.[parameter.name])),
        { label: '$(info) Method card', description: 'what it sees, its formula, where it comes from', value: { about: card } },
      ]),
    ];
    const field = await ui.pick(rows, { title: 'Parameters', placeholder: 'Pick a parameter to change it' });
    if (field === undefined) return undefined;
    if (field === 'go on') return values;
    if ('about' in field) await ui.showMethodCard(field.about);
    else {
      const { id } = field.card;
      const value = await askValue(ui, field.parameter, values[id]?.[field.parameter.name]);
      if (value !== undefined) values[id] = { ...values[id], [field.parameter.name]: value };
    }
  }
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
