/** The filter line: words, `/regex/`, `concept>.5`, `layer:3-5`, `tap:ffn`, `side:low`, joined by spaces. Parts that make no sense are named; the rest applies. */
import type { TableColumns } from './columns';
import { noConcept, sideOf } from './columns';
import { numberAt } from './tableRanking';

type Test = (neuron: number) => boolean;

/** One part of the line: a test of a neuron by its index, or what is wrong with it. */
export type FilterPart = { readonly text: string; readonly test: Test } | { readonly text: string; readonly problem: string };

// A pattern may have spaces in it; anything else ends at one.
const partPattern = /\/(?:\\.|[^/\\])+\/(?!\S)|\S+/g;

/** Takes a filter line apart. */
export function readFilter(line: string, columns: TableColumns): FilterPart[] {
  return (line.match(partPattern) ?? []).map((text) => {
    const read = readPart(text, columns);
    return typeof read === 'string' ? { text, problem: read } : { text, test: read };
  });
}

function readPart(text: string, columns: TableColumns): Test | string {
  if (text.startsWith('/')) return pattern(text, columns);
  const [, name = '', sign = '', number = ''] = /^(.+?)(>=|<=|>|<)(.*)$/.exec(text) ?? [];
  if (sign) return comparison(name, sign, number, columns);
  const [, key = '', value = ''] = /^(layer|tap|side):(.*)$/.exec(text) ?? [];
  if (key === 'layer') return layers(value, columns);
  if (key === 'tap') return tap(value, columns);
  if (key === 'side') return side(value, columns);
  const wanted = text.toLowerCase();
  return (neuron) => named(columns, neuron).toLowerCase().includes(wanted);
}

/** What words look in: the neuron's id and its best concept. */
function named({ neurons, rankings, best, marked }: TableColumns, neuron: number): string {
  const concept = marked[neuron] ? rankings[best[neuron] ?? noConcept]?.concept : undefined;
  return `${neurons[neuron] ?? ''} ${concept ?? ''}`;
}

function pattern(text: string, columns: TableColumns): Test | string {
  if (text.length < 3 || !text.endsWith('/')) return 'a pattern ends with /';
  try {
    const expression = new RegExp(text.slice(1, -1), 'iu');
    return (neuron) => expression.test(named(columns, neuron));
  } catch {
    return 'not a pattern';
  }
}

function comparison(name: string, sign: string, text: string, { rankings }: TableColumns): Test | string {
  const number = Number(text);
  if (text === '' || !Number.isFinite(number)) return `a number follows ${sign}`;
  const exact = rankings.filter(({ concept }) => concept === name);
  const found = exact.length > 0 ? exact : rankings.filter(({ concept }) => concept.toLowerCase().includes(name.toLowerCase()));
  const [ranking] = found;
  if (!ranking) return `no concept here is called ${name}`;
  if (found.length > 1) return `${found.length} concepts are called so, say which`;
  const holds = {
    '>': (score: number) => score > number,
    '>=': (score: number) => score >= number,
    '<': (score: number) => score < number,
  }[sign];
  const test = holds ?? ((score: number) => score <= number);
  return (neuron) => {
    const score = numberAt(ranking.score, neuron);
    return score !== null && test(score);
  };
}

function layers(text: string, { layer }: TableColumns): Test | string {
  const [, from, to] = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(text) ?? [];
  if (from === undefined) return 'a layer or a range follows, as layer:3-5';
  const [first, last] = [Number(from), Number(to ?? from)];
  if (last < first) return 'the range ends before it begins';
  return (neuron) => (layer[neuron] ?? -1) >= first && (layer[neuron] ?? -1) <= last;
}

function tap(text: string, { taps, tap: tapOf }: TableColumns): Test | string {
  const wanted = taps.indexOf(text);
  return wanted < 0 ? `taps here are ${taps.join(', ')}` : (neuron) => tapOf[neuron] === wanted;
}

function side(text: string, columns: TableColumns): Test | string {
  if (text !== 'high' && text !== 'low') return 'a side is high or low';
  return (neuron) => sideOf(columns, neuron) === (text === 'high' ? 1 : -1);
}
