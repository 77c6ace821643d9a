/** Where strings stand in a JSON text that is known to parse. Nothing is decoded but keys; every value is passed over once. */

const blank = /[\t\n\r ]*/y;
const scalar = /[^\t\n\r ,\]}]*/y;

/** Offset of the value of each member of the object that begins at `at`. Of a key that comes twice the last one holds. */
export function membersOf(json: string, at: number): Map<string, number> {
  const members = new Map<string, number>();
  let next = afterBlanks(json, at + 1);
  while (json[next] === '"') {
    const keyEnd = endOfString(json, next);
    const key = JSON.parse(json.slice(next, keyEnd)) as string;
    const from = afterBlanks(json, afterBlanks(json, keyEnd) + 1);
    members.set(key, from);
    next = afterComma(json, endOfValue(json, from));
  }
  return members;
}

/** Offset of each element of the array that begins at `at`. */
export function elementsOf(json: string, at: number): number[] {
  const elements: number[] = [];
  let next = afterBlanks(json, at + 1);
  while (next < json.length && json[next] !== ']') {
    elements.push(next);
    next = afterComma(json, endOfValue(json, next));
  }
  return elements;
}

/**
 * A function from units of the string that begins at `at` (its quotation mark) to offsets in `json`; for the string's
 * length it gives the closing mark.
 */
export function unitsOf(json: string, at: number): (unit: number) => number {
  const end = endOfString(json, at) - 1;
  const firstEscape = json.indexOf('\\', at + 1);
  if (firstEscape < 0 || firstEscape >= end) return (unit) => at + 1 + unit;
  const offsets: number[] = [];
  let offset = at + 1;
  for (; offset < end; offset += json[offset] !== '\\' ? 1 : json[offset + 1] === 'u' ? 6 : 2) offsets.push(offset);
  return (unit) => offsets[unit] ?? end;
}

export function afterBlanks(json: string, at: number): number {
  blank.lastIndex = at;
  blank.exec(json);
  return blank.lastIndex;
}

function afterComma(json: string, at: number): number {
  const next = afterBlanks(json, at);
  return json[next] === ',' ? afterBlanks(json, next + 1) : next;
}

/** One past the closing quotation mark of the string that begins at `at`. */
function endOfString(json: string, at: number): number {
  let k = at + 1;
  while (k < json.length && json[k] !== '"') k += json[k] === '\\' ? 2 : 1;
  return k + 1;
}

function endOfValue(json: string, at: number): number {
  const first = json[at];
  if (first === '"') return endOfString(json, at);
  if (first !== '{' && first !== '[') {
    scalar.lastIndex = at;
    scalar.exec(json);
    return scalar.lastIndex;
  }
  let depth = 0;
  let k = at;
  do {
    const character = json[k];
    if (character === '"') k = endOfString(json, k) - 1;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    k += 1;
  } while (depth > 0 && k < json.length);
  return k;
}
