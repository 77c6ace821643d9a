/** Messages of our pages, read as what they are: text from outside. Whatever is no message of the contract is undefined. */
import type { ExplainedNeuron, NamedFormula } from '../../../server/src/protocol/analyses';
import type { FromAnalysis, FromCard, FromExplorer, FromTable } from '../../../server/src/protocol/views';
import { exampleTabs } from '../../../server/src/protocol/views';
import { isNeuron } from '../memory';

/** What a page's button may start. */
const pageCommands = [
  'golgi.chooseModel',
  'golgi.chooseCorpus',
  'golgi.openSample',
  'golgi.rankNeurons',
  'golgi.showLog',
  'golgi.goToNeuron',
  'golgi.restart',
  'workbench.trust.manage',
] as const satisfies readonly (FromExplorer & { type: 'command' })['command'][];

const cardCommands = ['golgi.showLog', 'golgi.restart', 'workbench.trust.manage'] as const satisfies readonly (FromCard & {
  type: 'command';
})['command'][];

/** A page may copy a table, not fill the memory. */
const longestCopy = 10_000_000;

type Fields = Readonly<Record<string, unknown>>;

export function fromExplorer(message: unknown): FromExplorer | undefined {
  const fields = (message ?? {}) as Fields;
  const { type, neuron, neurons, side, concept, by, line, character, peek, command, tab } = fields;
  switch (type) {
    case 'ready':
    case 'restore':
    case 'here':
      return { type };
    case 'focus':
      return neuronId(neuron) && isSide(side) ? { type, neuron, side } : undefined;
    case 'step':
      return by === 1 || by === -1 ? { type, by } : undefined;
    case 'mark':
    case 'pin':
      return areNeurons(neurons) ? { type, neurons } : undefined;
    case 'examples': {
      const known = exampleTabs.find((name) => name === tab);
      return known && { type, tab: known };
    }
    case 'concept':
      return concept === null || typeof concept === 'string' ? { type, concept } : undefined;
    case 'unpin':
      return neuronId(neuron) ? { type, neuron } : undefined;
    case 'open':
      return isPlace(line) && isPlace(character) ? { type, line, character, peek: peek === true } : undefined;
    case 'command': {
      const known = pageCommands.find((id) => id === command);
      return known && { type, command: known };
    }
    default:
      return undefined;
  }
}

export function fromTable(message: unknown): FromTable | undefined {
  const { type, neuron, neurons, side, concept, keep, text, method } = (message ?? {}) as Fields;
  switch (type) {
    case 'ready':
    case 'restore':
      return { type };
    case 'focus':
      if (!neuronId(neuron) || !isSide(side) || typeof concept !== 'string') return undefined;
      return { type, neuron, side, concept, keep: keep === true };
    case 'mark':
    case 'pin':
      return areNeurons(neurons) ? { type, neurons } : undefined;
    case 'copy':
      return typeof text === 'string' && text.length <= longestCopy ? { type, text } : undefined;
    case 'method':
      return typeof method === 'string' ? { type, method } : undefined;
    default:
      return undefined;
  }
}

export function fromAnalysis(message: unknown): FromAnalysis | undefined {
  const { type, neuron, side, word, line, text, explained, concept, method } = (message ?? {}) as Fields;
  switch (type) {
    case 'ready':
      return { type };
    case 'focus':
      return neuronId(neuron) && isSide(side) ? { type, neuron, side } : undefined;
    case 'open':
      return isPlace(word) && isPlace(line) && typeof text === 'string' ? { type, word, line, text } : undefined;
    case 'paint':
      return explained === null || isExplained(explained) ? { type, explained } : undefined;
    case 'keep':
    case 'forget':
    case 'rank':
      return typeof concept === 'string' && concept !== '' ? { type, concept } : undefined;
    case 'method':
      return typeof method === 'string' ? { type, method } : undefined;
    default:
      return undefined;
  }
}

export function fromCard(message: unknown): FromCard | undefined {
  const { type, tap, command } = (message ?? {}) as Fields;
  switch (type) {
    case 'ready':
    case 'check':
    case 'stop':
    case 'undoAll':
    case 'use':
      return { type };
    case 'choose':
    case 'undo':
      return typeof tap === 'string' ? { type, tap } : undefined;
    case 'command': {
      const known = cardCommands.find((id) => id === command);
      return known && { type, command: known };
    }
    default:
      return undefined;
  }
}

function isExplained(value: unknown): value is ExplainedNeuron {
  const { neuron, direction, threshold, formula } = (value ?? {}) as Fields;
  return neuronId(neuron) && (direction === 1 || direction === -1) && Number.isFinite(threshold) && isFormula(formula, deepest);
}

/** Formulas are made of a few concepts; what goes deeper is no formula. */
const deepest = 100;

function isFormula(value: unknown, depth: number): value is NamedFormula {
  if (typeof value === 'string') return true;
  if (!Array.isArray(value) || depth === 0) return false;
  const [operator, ...parts] = value as unknown[];
  const wanted = operator === 'not' ? 1 : operator === 'and' || operator === 'or' ? 2 : 0;
  return wanted > 0 && parts.length === wanted && parts.every((part) => isFormula(part, depth - 1));
}

function neuronId(value: unknown): value is string {
  return typeof value === 'string' && isNeuron(value);
}

function areNeurons(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(neuronId);
}

function isSide(value: unknown): value is 'high' | 'low' {
  return value === 'high' || value === 'low';
}

function isPlace(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
