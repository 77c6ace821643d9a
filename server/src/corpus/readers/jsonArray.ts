/** The elements of a JSON array as texts with their lines, without understanding them. */

export interface ArrayElement {
  readonly text: string;
  /** Line on which the element begins, from 1. */
  readonly line: number;
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
  let line = 1;
  let lineOfFrom = 1;
  const take = (to: number) => {
    const raw = json.slice(from, to);
    const text = raw.trim();
    const blankLines = raw.slice(0, raw.length - raw.trimStart().length).split('\n').length - 1;
    if (text !== '') elements.push({ text, line: lineOfFrom + blankLines });
    from = to + 1;
    lineOfFrom = line;
  };
  for (let k = 0; k < json.length; k++) {
    const character = json[k];
    if (character === '\n') line += 1;
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
