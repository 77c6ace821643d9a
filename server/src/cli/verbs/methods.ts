import { methodCard, methods as registry, parameterSchema } from '../../methods';
import { shown } from '../../protocol/errors';
import { usageError } from '../flags';
import { jsonText } from '../output';
import { table } from '../present/table';
import { defineVerb } from '../verb';

type Method = (typeof registry)[number];

export const methods = defineVerb({
  name: 'methods',
  summary: 'the methods, what each sees and is blind to, and their parameters',
  positionals: '[METHOD…]',
  example: 'golgi methods ap',
  flags: {},
  run: async ({ values, positionals, outside }) => {
    const unknown = positionals.find((id) => !registry.some((method) => method.id === id));
    if (unknown !== undefined) throw usageError('methods', `no method "${shown(unknown)}"`, registry.map(({ id }) => id).join(', '));
    const chosen = positionals.length === 0 ? registry : registry.filter(({ id }) => positionals.includes(id));
    if (values.json) outside.out(jsonText({ methods: chosen.map(methodDocument) }));
    else outside.out(positionals.length === 0 ? overviewText(chosen) : chosen.map(methodText).join('\n'));
  },
});

function methodDocument(method: Method): Record<string, unknown> {
  const { kind } = method;
  const { id, title, family, citation, formula, sees, blindTo, reads } = methodCard(method);
  return { id, title, family, kind, citation, formula, sees, blindTo, reads, parameters: parameterSchema(method) };
}

function overviewText(chosen: readonly Method[]): string {
  return `${table(chosen.map(methodCard).map(({ id, role, title, sees }) => [`  ${id}`, role, title, sees]))}\n\ngolgi methods ID says what it is blind to, where it comes from, and its parameters\n`;
}

function methodText(method: Method): string {
  const { id, title, citation, formula, sees, blindTo, reads, parameters } = methodCard(method);
  return [
    `${id}: ${title}`,
    `  sees      ${sees}`,
    `  blind to  ${blindTo}`,
    `  formula   ${formula}`,
    `  reads     ${reads}`,
    `  from      ${citation}`,
    ...(parameters.length > 0 ? ['', table(parameters.map((one) => [`  --set ${one.name}=`, one.default, one.help]))] : []),
    '',
  ].join('\n');
}
