/** The elements of a JSON array as texts with their places, without understanding them. */
import { spotsIn } from './sourceMap';

export interface ArrayElement {
  readonly text: string;
  /** Line and column at which the element begins, from 1. */
  readonly line: number;
  readonly column: number;
}

/**
 * Splits at the commas of the outermost array. What is no array, or goes on after it, comes as an element of its own, so
 * that reading it as a record names what is wrong.
 */
export function splitArray(json: string): ArrayElement[] {
  const elements: ArrayElement[] = [];
  let depth = 0;
  let inString = false;
  let from = 0;
  const spots = spotsIn(json, 1);
  const take = (to: number) => {
    const raw = json.slice(from, to);
    const text = raw.trim();
    if (text !== '') elements.push({ text, ...spots(from + raw.length - raw.trimStart().length) });
    from = to + 1;
  };
  for (let k = 0; k < json.length; k++) {
    const character = json[k];
    if (inString) {
      if (character === '\\') k += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '[' || character === '{') {
      depth += 1;
      if (depth === 1) {
        take(k);
      }
    } else if (character === ']' || character === '}') {
      if (depth === 1) take(k);
      depth -= 1;
    } else if (character === ',' && depth === 1) take(k);
  }
  take(json.length);
  return elements;
}
