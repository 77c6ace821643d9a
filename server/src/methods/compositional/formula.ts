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

/** The formula as nested lists, which other programs read; `atomTree` writes an atom. */
export function formulaTree(formula: Formula, atomTree: (atom: number) => FormulaTree): FormulaTree {
  if (typeof formula === 'number') return atomTree(formula);
  const [left, right] = [formulaTree(formula.left, atomTree), atomTree(formula.right)];
  return formula.operator === 'and not' ? ['and', left, ['not', right]] : [formula.operator, left, right];
}

/** How many atoms it has. */
export function atomCount(formula: Formula): number {
  return typeof formula === 'number' ? 1 : atomCount(formula.left) + 1;
}

/**
 * How much there is to read: atoms, and one more for every NOT and NEIGHBORS, which atoms from number `plain` on are. Of equal
 * formulas the shortest is the better explanation.
 */
export function readingLength(formula: Formula, plain: number): number {
  if (typeof formula === 'number') return formula < plain ? 1 : 2;
  return readingLength(formula.left, plain) + readingLength(formula.right, plain) + Number(formula.operator === 'and not');
}

/** The rows where it holds. */
export function evaluate(formula: Formula, atoms: readonly Bits[]): Bits {
  if (typeof formula === 'number') return atoms[formula]!;
  return joined(formula.operator, evaluate(formula.left, atoms), atoms[formula.right]!);
}
