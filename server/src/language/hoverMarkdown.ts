/**
 * The text of a hover: what fires at a word, in at most nine lines and 4 KiB. What comes from models and corpora is
 * escaped, so that it can only be text.
 */
import { shown } from '../protocol/errors';
import type { NeuronAtWord, WordFacts } from '../protocol/interactive';
import type { HoverLink, ThemeKind } from '../protocol/messages';
import { hoverLinkCommand } from '../protocol/messages';
import { countText } from '../protocol/counted';
import { scoreText, stackName, valueText } from '../protocol/reading';
import type { HoverData } from './hoverData';
import { bestLayer, layerStrip } from './layerStrip';

const mostNeurons = 5;
const mostBytes = 4096;
/** What the place in the list of pins paints: fill, underline, overline. */
const channels = ['1 ■', '2 ▁', '3 ▔'];
const methodNames: Readonly<Record<string, string>> = { ap: 'AP', auroc: 'AUROC' };

type Link = (action: HoverLink['action'], neuron: NeuronAtWord, text: string, tip: string) => string;

/** The hover as Markdown; `issue` gives the number behind a link. */
export function hoverMarkdown(data: HoverData, issue: (link: HoverLink) => number): string {
  if (data.kind === 'computing') return 'Computing this sentence';
  const { facts, line, pins, corpus, theme } = data;
  const link: Link = (action, { neuron, percentile }, text, tip) => {
    const number = issue({ action, neuron, corpus, side: percentile < 50 ? 'low' : 'high', line, character: facts.start });
    return `[${text}](command:${hoverLinkCommand}?%5B${number}%5D "${tip}")`;
  };
  const neurons = facts.neurons.slice(0, mostNeurons);
  const body = neurons.length === 0 ? 'No neuron is unusual at this word.' : table(facts, neurons, pins, link);
  const strip = facts.strip === null ? undefined : stripLine(facts.strip, theme);
  const parts = [heading(facts), body, strip, lastLine(facts, neurons, pins, link)];
  const whole = joined(parts);
  // Names made of signs only grow sixfold when they are escaped: then the picture goes.
  return Buffer.byteLength(whole) <= mostBytes ? whole : joined(parts.filter((part) => part !== strip));
}

function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join('\n\n');
}

/** `took · 1 sub-word · VBD · model predicts took .61, swept .12`. */
function heading({ text, pieces, tag, prediction, firstPosition }: WordFacts): string {
  const subWords = pieces.length === 1 ? '1 sub-word' : `${pieces.length} sub-words ${escaped(pieces.join(' '), 48)}`;
  const parts = [`**${escaped(text, 32)}**`, subWords];
  if (tag) parts.push(`${escaped(tag.value, 24)}${tag.automatic ? ' (automatic)' : ''}`);
  if (prediction) {
    const { of, pieces: guesses } = prediction;
    const list = guesses.map(({ text: guess, p }) => `${guess.trim() ? escaped(guess, 24) : 'a blank'} ${scoreText(p)}`).join(', ');
    parts.push(`model predicts ${of === 'next' ? 'next: ' : ''}${list}`);
  }
  if (firstPosition) parts.push('first position, left out of statistics');
  return parts.join(' · ');
}

function table(facts: WordFacts, neurons: readonly NeuronAtWord[], pins: readonly string[], link: Link): string {
  const method = neurons.find(({ concept }) => concept)?.concept?.method;
  const head = ['', 'Neuron', 'Here', 'Percentile'];
  if (method !== undefined) head.push('Linked concept', `${methodNames[method] ?? 'Score'} (chance)`);
  const rows = neurons.map((at) => {
    const { neuron, value, concept, ...standing } = at;
    const name = `\`${neuron.replace(/[^\w.]/g, '')}\``;
    const cells = [
      channels[pins.indexOf(neuron)] ?? '',
      link('explore', at, name, 'Show this neuron'),
      valueText(value),
      standingText(standing, facts.comparedWith.words),
    ];
    if (method !== undefined) cells.push(conceptText(concept), concept ? `${scoreText(concept.score)} (${scoreText(concept.chance)})` : '');
    return row(cells);
  });
  const right = new Set([2, 3, 5]);
  return [row(head), row(head.map((_, column) => (right.has(column) ? '--:' : ':--'))), ...rows].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Scores are of labels beside the text, the model untouched: a hollow circle. A dash where chance explains them: such a concept is not linked. */
function conceptText(concept: NeuronAtWord['concept']): string {
  if (!concept) return '– none above chance';
  const name = `${escaped(concept.concept, 32)}${concept.direction < 0 ? ', low side' : ''}`;
  return `○ ${name}`;
}

/** `98.9`; at the ends the place in the order says more. */
function standingText({ percentile, place }: Pick<NeuronAtWord, 'percentile' | 'place'>, words: number): string {
  if (percentile > 99.9) return `top ${countText(place)} of ${countText(words)}`;
  if (percentile < 0.1) return `lowest ${countText(place)} of ${countText(words)}`;
  return percentile.toFixed(1);
}

/** A strip for each stack, with its name where there are two. */
function stripLine({ concept, chance, end, stacks }: NonNullable<WordFacts['strip']>, theme: ThemeKind): string | undefined {
  const strips = stacks.flatMap(({ stack, best }) => {
    const scores = { best, chance, end };
    const highest = bestLayer(scores);
    if (highest === undefined) return [];
    const top = `best L${highest}`;
    return `${stack ? `${stackName(stack)} ` : ''}![${top}](${layerStrip(scores, theme)}) ${top}`;
  });
  return strips.length > 0 ? `${escaped(concept, 32)} by layer ${strips.join(' · ')}` : undefined;
}

/** Links for the most unusual neuron that is not pinned, or else for the first; then what the numbers are of. */
function lastLine(facts: WordFacts, neurons: readonly NeuronAtWord[], pins: readonly string[], link: Link): string {
  const { words, sample } = facts.comparedWith;
  const source = `${escaped(facts.model, 32)}, ${escaped(facts.corpus, 32)}, ${sample ? 'sample of ' : ''}${countText(words)} words`;
  const at = neurons.find((one) => !pins.includes(one.neuron)) ?? neurons[0];
  if (!at) return source;
  const name = at.neuron.replace(/[^\w.]/g, '');
  const links = [
    link('explore', at, 'Explore', `Show ${name}`),
    link('find', at, 'Find elsewhere', `Show the words on which ${name} is ${at.percentile < 50 ? 'lowest' : 'strongest'}`),
  ];
  if (!pins.includes(at.neuron)) links.unshift(link('pin', at, 'Pin', `Paint ${name} on the text`));
  return `${links.join(' · ')} · ${source}`;
}

/**
 * Text that Markdown takes as nothing but text: every ASCII sign that could mean something is a character reference, which
 * holds in tables, links, code of icons and bare addresses alike. Cut after `limit` characters.
 */
function escaped(text: string, limit: number): string {
  const line = shown(text.trim(), limit).replace(/\p{Surrogate}/gu, '\ufffd');
  return line.replace(/[!-/:-@[-`{-~]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
