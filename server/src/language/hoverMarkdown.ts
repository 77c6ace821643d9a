/** The text of a hover. What comes from models and corpora is escaped, so that it can only be text. */
import type { NeuronAtWord } from '../protocol/interactive';
import type { HoverLink } from '../protocol/messages';
import { hoverLinkCommand } from '../protocol/messages';
import { scoreText } from '../protocol/reading';
import type { HoverData } from './hoverData';

/** The hover as Markdown; `link` gives the number behind a link. */
export function hoverMarkdown(data: HoverData, link: (link: HoverLink) => number): string {
  if (data.kind === 'computing') return 'Computing this sentence';
  const { facts, corpus } = data;
  const rows = facts.neurons.map(({ neuron, value, percentile, concept }: NeuronAtWord) => {
    const number = link({ action: 'explore', neuron, corpus });
    const marks = concept ? `${escaped(concept.concept)} ${scoreText(concept.score)} (${scoreText(concept.chance)})` : '–';
    return `| [${neuron}](command:${hoverLinkCommand}?${number}) | ${value.toPrecision(3)} | ${percentile.toFixed(1)} | ${marks} |`;
  });
  return [
    `**${escaped(facts.text)}** ${escaped(facts.pieces.join(' '))}`,
    '',
    '| neuron | value | percentile | marks |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} ]/gu, (c) => `&#${c.codePointAt(0) ?? 0};`);
}
