/** Explanations as text: a formula a neuron, what it is worth, and where it is wrong. */
import { counted } from '../../protocol/counted';
import { shown } from '../../protocol/errors';
import type { DisagreeingRow, Explanations, NeuronExplanation } from '../../protocol/explain';
import { rowNoun, scoreText, valueText } from '../../protocol/reading';
import { reasonTexts } from '../../protocol/reasons';
import { gainBar } from './marks';
import type { Palette } from './marks';
import { noteText } from './notes';
import { cut } from './table';

export function explanationsText(result: Explanations, paint: Palette, width: number): string {
  const noun = rowNoun(result.provenance);
  return [
    paint.dim(`${counted(result.neurons.length, 'neuron')}, ${counted(result.atoms.length, 'concept')}, ${counted(result.rows, noun)}`),
    ...result.neurons.map((neuron) => neuronText(neuron, noun, paint, width)),
    ...neighboursText(result, paint),
    ...result.undefined.map(({ id, reason }) => `${paint.bold(id)}  no explanation: ${reasonTexts[reason] ?? reason}`),
    ...[...result.warnings, ...result.provenance.notes].map((note) => paint.dim(noteText(note))),
    '',
  ].join('\n');
}

/** What NEIGHBORS stands for in the formulas above. */
function neighboursText({ neighbors, neurons, atoms }: Explanations, paint: Palette): string[] {
  const inFormulas = neighbors.filter(({ name }) => neurons.some(({ formula }) => formula.includes(name)));
  const lines = inFormulas.map(({ name, atoms: near }) => `  ${shown(name, 120)}: ${near.map((atom) => shown(atoms[atom]?.name ?? '', 60)).join(', ')}`); // prettier-ignore
  return lines.length > 0 ? ['', paint.bold('words and those nearest to them'), ...lines] : [];
}

function neuronText(neuron: NeuronExplanation, noun: string, paint: Palette, width: number): string {
  const { id, formula, score, chance, held_out: held, best_atom: atom, active, both, missed, unmatched } = neuron;
  return [
    `\n${paint.bold(id)}  ${shown(formula, 2000)}`,
    `  overlap ${scoreText(score)} ${gainBar(score, { chance, best: 1 }, 20)}  chance ${scoreText(chance)}  ${held === null ? 'held out: not defined' : `held out ${scoreText(held)}`}  best concept alone ${scoreText(atom.score)} (${shown(atom.name, 80)})`,
    paint.dim(`  active on ${counted(active, noun)}, ${both} of them explained`),
    ...listed('active, not explained', missed, paint, width),
    ...listed('explained, not active', unmatched, paint, width),
  ].join('\n');
}

function listed(title: string, { count, rows }: NeuronExplanation['missed'], paint: Palette, width: number): string[] {
  if (count === 0 || rows.length === 0) return [];
  return [paint.dim(`  ${title}: ${count}`), ...rows.map((row) => cut(`    ${valueText(row.value)}  ${rowText(row, paint)}`, width))];
}

function rowText({ row, context }: DisagreeingRow, paint: Palette): string {
  return context ? `${shown(context.before)}${paint.bold(shown(context.word))}${shown(context.after)}` : `row ${row}`;
}
