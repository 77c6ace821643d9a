/** Logical formulas over atomic concepts, as explanations are written: `((noun OR verb) AND NOT plural)`. */
import type { FormulaTree } from '../../protocol/explain';
import { joined } from './bits';
import type { Bits, Operator } from './bits';

/** An atom by its number, or two formulas joined; the right side is an atom, since formulas grow from left to right. */
export type Formula = number | { readonly operator: Operator; readonly left: Formula; readonly right: number };

export function formulaText(formula: Formula, names: readonly string[]): string {
  if (typeof formula === 'number') return names[formula] ?? String(formula);
  const { operator, left, right } = formula;
  return `(${formulaText(left, names)} ${operator.toUpperCase()} ${names[right] ?? String(right)})`;
}

/** The formula as nested lists, which other programs read. */
export function formulaTree(formula: Formula): FormulaTree {
  if (typeof formula === 'number') return formula;
  const left = formulaTree(formula.left);
  return formula.operator === 'and not' ? ['and', left, ['not', formula.right]] : [formula.operator, left, formula.right];
}

/** How many atoms it has. */
export function atomCount(formula: Formula): number {
  return typeof formula === 'number' ? 1 : atomCount(formula.left) + 1;
}

/** How much there is to read: atoms, and one more for every NOT. Of equal formulas the shortest is the better explanation. */
export function readingLength(formula: Formula): number {
  if (typeof formula === 'number') return 1;
  return readingLength(formula.left) + (formula.operator === 'and not' ? 2 : 1);
}

/** The rows where it holds. */
export function evaluate(formula: Formula, atoms: readonly Bits[]): Bits {
  if (typeof formula === 'number') return atoms[formula]!;
  return joined(formula.operator, evaluate(formula.left, atoms), atoms[formula.right]!);
}
