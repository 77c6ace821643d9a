/** Cards of methods, from their descriptors. */
import * as v from 'valibot';
import type { MethodCard, ParameterCard } from '../protocol/methodCard';
import { parameterSchema } from './parameters';
import type { ParameterEntries } from './parameters';
import { readsOf } from './reads';
import type { Method } from './reads';

const roles = { rank: 'ranks', sample: 'ranks', explain: 'explains', describe: 'describes', model: 'describes' } as const;

const fromActivations = 'Correlational: it looks at activations beside labels, and leaves the model as it is';
const evidence = {
  ...{
    rank: fromActivations,
    sample: fromActivations,
    explain: fromActivations,
    describe: 'It looks at activations, and leaves the model as it is',
  },
  model: 'It runs the model, which stays as it is, on texts that it changes',
} as const;

/** The card of a method. */
export function methodCard(method: Method): MethodCard {
  const { id, title, family, kind, sees, blindTo, formula, citation } = method;
  const beside = 'beside' in method ? method.beside : {};
  const { properties = {} } = parameterSchema(method);
  return {
    ...{ id, title, family, role: roles[kind], sees, blindTo, formula, citation },
    asks: 'labels' in method && method.labels === 'numbers' ? 'numbers' : 'concepts',
    evidence: evidence[kind],
    reads: readsOf(method),
    parameters: Object.entries(properties).flatMap(([name, schema]) => {
      const entry = method.parameters[name];
      return typeof schema === 'object' && entry ? [parameterCard(name, schema, unitOf(entry))] : [];
    }),
    beside: Object.entries(beside).map(([name, meaning]) => ({ name, meaning })),
  };
}

type Property = Exclude<NonNullable<ReturnType<typeof parameterSchema>['properties']>[string], boolean>;

function parameterCard(name: string, schema: Property, unit: string | null): ParameterCard {
  const options = (schema.enum ?? []).map(String);
  return {
    name,
    type: options.length > 0 ? 'choice' : schema.type === 'boolean' ? 'boolean' : schema.type === 'integer' ? 'whole' : 'number',
    default: String(schema.default),
    help: schema.description ?? '',
    options,
    min: bound(schema.minimum),
    max: bound(schema.maximum),
    unit,
  };
}

/** Bounds that are no more than the ends of what a number can be are none. */
function bound(value: number | undefined): number | null {
  return value === undefined || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? null : value;
}

function unitOf(entry: ParameterEntries[string]): string | null {
  const about = v.getMetadata(entry.wrapped);
  return 'unit' in about ? about.unit : null;
}
