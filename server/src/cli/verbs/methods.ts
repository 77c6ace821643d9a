import { methods as registry, parameterSchema } from '../../methods';
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
  const { id, title, family, citation, sees, blindTo, kind } = method;
  return { id, title, family, kind, citation, sees, blindTo, parameters: parameterSchema(method) };
}

/** What each kind of method does to neurons. */
const roles = { rank: 'ranks', sample: 'ranks', describe: 'describes', explain: 'explains', model: 'describes' } as const;

function overviewText(chosen: readonly Method[]): string {
  return `${table(chosen.map(({ id, kind, title, sees }) => [`  ${id}`, roles[kind], title, sees]))}\n\ngolgi methods ID says what it is blind to, where it comes from, and its parameters\n`;
}

function methodText(method: Method): string {
  const { id, title, citation, sees, blindTo } = method;
  const parameters = Object.entries(parameterSchema(method).properties ?? {}).flatMap(([name, schema]) =>
    typeof schema === 'object' ? [[`  --set ${name}=`, String(schema.default ?? ''), schema.description ?? '']] : [],
  );
  return [
    `${id}: ${title}`,
    `  sees      ${sees}`,
    `  blind to  ${blindTo}`,
    `  from      ${citation}`,
    ...(parameters.length > 0 ? ['', table(parameters)] : []),
    '',
  ].join('\n');
}
