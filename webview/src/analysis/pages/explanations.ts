/** Neurons explained by formulas, and where the two disagree. */
import { namedFormula } from '../../../../server/src/protocol/analyses';
import { countText, counted } from '../../../../server/src/protocol/counted';
import type { DisagreeingRow, Explanations, NeuronExplanation } from '../../../../server/src/protocol/explain';
import { scoreText, valueText } from '../../../../server/src/protocol/reading';
import { reasonTexts } from '../../../../server/src/protocol/reasons';
import { mono, plain, right, text } from '../page';
import type { Action, Block, ListBlock, Page, Row } from '../page';
import { paintKey } from '../paintKey';

type Content = Pick<Page, 'lede' | 'blocks' | 'notes'>;

const meanings = {
  overlap: 'words where neuron and formula both say yes, over words where either does',
  chance: 'the overlap of as many words drawn by luck',
  held: 'overlap, in sentences left out, of the formula found without them',
  alone: 'overlap of the best single concept',
};

export function explanationsPage({ neurons, atoms, neighbors, rows, undefined: without, warnings, provenance }: Explanations): Content {
  const [best] = neurons;
  return {
    lede: best
      ? `${best.id} is best explained: ${best.formula}, overlap ${scoreText(best.score)}, ${scoreText(best.held_out)} in sentences left out. ${counted(neurons.length, 'neuron')}, ${counted(atoms.length, 'concept')}, ${counted(rows, 'word')}.`
      : 'No neuron has an explanation.',
    blocks: [
      {
        ...{ kind: 'table', title: 'Formulas' },
        head: [
          plain('Neuron'),
          plain('Formula'),
          plain('Over chance'),
          right('Overlap', meanings.overlap),
          right('Held out', meanings.held),
          right('Chance', meanings.chance),
          right('Best concept alone', meanings.alone),
          right('Active', 'words on which the neuron is active'),
          right('Formula holds', 'words on which the formula holds'),
        ],
        rows: [
          ...neurons.map((neuron) => neuronRow(neuron, atoms)),
          ...without.map(({ id, reason }): Row => ({
            cells: [{ kind: 'neuron', id, direction: null }, text(reasonTexts[reason] ?? reason, true)],
          })),
        ],
      },
    ],
    notes: [
      ...neighbors.map(({ name, atoms: near }) => `${name} is ${near.map((atom) => atoms[atom]?.name).join(', ')}`),
      ...warnings,
      ...provenance.notes,
    ],
  };
}

function neuronRow(neuron: NeuronExplanation, atoms: Explanations['atoms']): Row {
  const { id, direction, formula, score, chance, held_out: held, best_atom: atom, active, holds } = neuron;
  return {
    cells: [
      { kind: 'neuron', id, direction },
      mono(formula),
      { kind: 'bar', score, chance, best: 1, direction, label: `overlap ${scoreText(score)}, chance ${scoreText(chance)}` },
      text(scoreText(score)),
      text(scoreText(held)),
      text(scoreText(chance), true),
      text(scoreText(atom.score), true),
      text(countText(active), true),
      text(countText(holds), true),
    ],
    detail: () => ({ actions: actionsOf(neuron, atoms), blocks: detailOf(neuron) }),
  };
}

function actionsOf({ id, direction, threshold, tree }: NeuronExplanation, atoms: Explanations['atoms']): Action[] {
  const formula = namedFormula(tree, atoms);
  if (formula === undefined) return [];
  const explained = { neuron: id, direction, threshold, formula };
  const on = { key: paintKey(explained), text: 'Stop Painting', intent: { type: 'paint', explained: null } as const };
  return [{ text: 'Paint Where They Disagree', intent: { type: 'paint', explained }, on }];
}

function detailOf({ threshold, direction, by_length: steps, held_out_formula: held, missed, unmatched }: NeuronExplanation): Block[] {
  return [
    listOf('Neuron active, formula silent', 1, missed),
    listOf('Formula holds, neuron silent', -1, unmatched),
    {
      ...{ kind: 'table', title: 'Formula by length' },
      head: [right('Concepts'), right('Overlap'), plain('Formula')],
      rows: steps.map(({ formula, score }, i) => ({ cells: [text(String(i + 1)), text(scoreText(score)), mono(formula)] })),
    },
    {
      ...{ kind: 'text', title: 'How it was read' },
      text: `Active: ${direction === 1 ? 'above' : 'below'} ${valueText(threshold)}.${held === null ? '' : ` Found without the sentences left out: ${held}.`}`,
    },
  ];
}

function listOf(title: string, side: 1 | -1, { count, rows }: NeuronExplanation['missed']): ListBlock {
  const shown = rows.length < count ? `, ${rows.length} shown` : '';
  return { kind: 'list', title: `${title}: ${counted(count, 'word')}${shown}`, side, items: rows.map(itemOf) };
}

function itemOf({ row, value, at, context }: DisagreeingRow): ListBlock['items'][number] {
  const { before = '', word = `row ${row}`, after = '' } = context ?? {};
  return { value: valueText(value), before, word, after, ...(at && { at }) };
}
