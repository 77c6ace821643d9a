/** Which neurons Go to Neuron offers for what is typed. Pure and over short lists, so that it keeps up with every key. */
import type { NeuronsOfWord, RankingDigest } from '../../../server/src/protocol/messages';
import { counted, countText } from '../../../server/src/protocol/counted';
import { parseTap } from '../../../server/src/protocol/neurons';
import { scoreText } from '../../../server/src/protocol/reading';
import { tagMeaning } from '../../../server/src/protocol/tagNames';
import type { Selection } from '../../../server/src/protocol/views';
import type { Side } from '../selection';
import type { Choice } from '../ui';
import type { NeuronQuery } from './neuronQuery';

/** A neuron that can be gone to. */
export interface NeuronTarget {
  readonly neuron: string;
  readonly side: Side;
  /** The concept that it was found by; none where it was found by its place or by a word. */
  readonly concept?: string;
}

export type NeuronRow = Choice<NeuronTarget>;

/** What is known without asking anybody. */
export interface KnownNeurons {
  readonly rankings: readonly RankingDigest[];
  readonly selection: Pick<Selection, 'focus' | 'pins' | 'marks'>;
  /** Tap points of the model, such as `L3.ffn`, with how many neurons each has; empty without a model. */
  readonly taps: readonly { readonly id: string; readonly width: number }[];
}

const mostRows = 100;
/** Of each ranking, before anything is typed. */
const bestOfEach = 5;

/** Rows for everything but a word, which the server looks for. */
export function neuronRows(query: NeuronQuery, known: KnownNeurons): NeuronRow[] {
  const rows = found(query, known);
  const distinct = new Map(rows.map((row) => [`${row.value?.neuron} ${row.value?.concept}`, row]));
  return [...distinct.values()].slice(0, mostRows);
}

function found(query: NeuronQuery, known: KnownNeurons): NeuronRow[] {
  switch (query.kind) {
    case 'nothing':
      return [...chosenRows(known), ...known.rankings.flatMap((ranking) => ranked(ranking).slice(0, bestOfEach))];
    case 'concept':
      return known.rankings.filter(({ concept }) => isCalled(concept, query.text)).flatMap(ranked);
    case 'place':
      return [...exactRows(query, known), ...known.rankings.flatMap(ranked).filter((row) => isAt(row, query))];
    case 'text': {
      const rows = [...chosenRows(known), ...known.rankings.flatMap(ranked)];
      return rows.filter(({ value }) => isCalled(value?.neuron ?? '', query.text) || isCalled(value?.concept ?? '', query.text));
    }
    case 'word':
      return [];
  }
}

/** Rows for a word, from what the server has found. */
export function wordRows(word: string, { places, looked, neurons }: NeuronsOfWord): NeuronRow[] {
  return neurons.map(({ neuron, side, seen, concept }) => ({
    label: neuron,
    description: `${side} at ${countText(seen)} of ${counted(looked, 'place')} of “${word}” looked at, of ${countText(places)}`,
    detail: concept === null ? 'no concept above chance' : conceptText(concept),
    value: { neuron, side },
  }));
}

/** What is on show, pinned or marked. */
function chosenRows({ selection: { focus, pins, marks }, rankings }: KnownNeurons): NeuronRow[] {
  const rows = focus ? [chosenRow(focus, 'on show', rankings)] : [];
  const others = [...pins.map((pin) => [pin, 'pinned'] as const), ...marks.map((mark) => [mark, 'marked'] as const)];
  for (const [neuron, what] of others) {
    if (rows.every(({ value }) => value?.neuron !== neuron)) rows.push(chosenRow({ neuron, side: null }, what, rankings));
  }
  return rows;
}

function chosenRow({ neuron, side }: { neuron: string; side: Side | null }, what: string, rankings: readonly RankingDigest[]): NeuronRow {
  const best = rankings.flatMap((ranking) => ranking.neurons.filter(({ id }) => id === neuron).map((at) => ({ ranking, at })))[0];
  const known = best && (best.at.direction > 0 ? 'high' : 'low');
  return {
    ...{ label: neuron, description: what, value: { neuron, side: side ?? known ?? 'high' } },
    ...(best ? { detail: conceptText(best.ranking.concept) } : {}),
  };
}

function ranked({ concept, title, chance, neurons }: RankingDigest): NeuronRow[] {
  return neurons.map(({ id, score, direction, beatsLuck }) => ({
    label: id,
    description: `${title} ${scoreText(score)} (${scoreText(chance)})${beatsLuck ? '' : ', within luck'}`,
    detail: conceptText(concept),
    value: { neuron: id, side: direction > 0 ? 'high' : 'low', concept },
  }));
}

/** Neurons that the place names, whether or not anything is known of them. */
function exactRows({ stack, layer, tap, unit }: NeuronQuery & { readonly kind: 'place' }, { taps, rankings }: KnownNeurons): NeuronRow[] {
  if (unit === null) return [];
  return taps.flatMap(({ id, width }) => {
    const point = parseTap(id);
    if (!point || unit >= width || point.layer !== layer) return [];
    if ((tap !== null && point.tap !== tap) || (stack !== null && point.stack !== stack)) return [];
    return chosenRow({ neuron: `${id}.${unit}`, side: null }, `neuron ${countText(unit)} of ${countText(width)}`, rankings);
  });
}

function isAt({ value }: NeuronRow, { stack, layer, tap, unit }: NeuronQuery & { readonly kind: 'place' }): boolean {
  const [, tapPoint = '', own = ''] = /^(.*)\.(\d+)$/.exec(value?.neuron ?? '') ?? [];
  const point = parseTap(tapPoint);
  if (point?.layer !== layer || (tap !== null && point.tap !== tap) || (stack !== null && point.stack !== stack)) return false;
  return unit === null || own.startsWith(String(unit));
}

function isCalled(name: string, text: string): boolean {
  return `${name} ${tagMeaning(name) ?? ''}`.toLowerCase().includes(text);
}

function conceptText(concept: string): string {
  const meaning = tagMeaning(concept);
  return meaning === null ? concept : `${concept}: ${meaning}`;
}
