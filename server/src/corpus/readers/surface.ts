/** Finds annotated words in their sentence's text, or makes the text from the words where there is none. */

/** A stretch of surface text that holds one word, or several in a multiword token (`don't`: do, n't). */
export interface Unit {
  readonly form: string;
  readonly words: readonly string[];
  readonly spaceAfter: boolean;
}

export interface Placed {
  readonly text: string;
  /** Spans of all words of all units, in order, UTF-16 units. */
  readonly spans: readonly (readonly [start: number, end: number])[];
  /** Units whose form is not where it should be in the given text: the text was made anew. */
  readonly missing: number | undefined;
  /** Units whose words are not parts of their form (French `au`: à, le): run as their words. */
  readonly taken: readonly number[];
}

/**
 * Places words in `text`. Between units only white space may stand: searching further would find short words anywhere.
 * Without a text, or where a unit is missing, the text is rebuilt from forms and spacing.
 */
export function placeWords(text: string | undefined, units: readonly Unit[]): Placed {
  const taken: number[] = [];
  const parts = units.flatMap((unit, k) => {
    if (partsOf(unit)) return [unit];
    taken.push(k);
    return unit.words.map((form, w) => ({ form, words: [form], spaceAfter: w < unit.words.length - 1 || unit.spaceAfter }));
  });
  const missing = text === undefined || taken.length > 0 ? undefined : firstMissing(text, units);
  const surface = text !== undefined && missing === undefined && taken.length === 0 ? text : joined(parts);

  const spans: [number, number][] = [];
  let at = 0;
  for (const unit of parts) {
    at = surface.indexOf(unit.form, at);
    for (const [start, end] of partsOf(unit) ?? []) spans.push([at + start, at + end]);
    at += unit.form.length;
  }
  return { text: surface, spans, missing, taken };
}

/** Spans of a unit's words within its form; nothing if they are not there one after the other. */
function partsOf({ form, words }: Unit): [number, number][] | undefined {
  const spans: [number, number][] = [];
  let at = 0;
  for (const word of words) {
    const start = form.indexOf(word, at);
    if (start < 0) return undefined;
    at = start + word.length;
    spans.push([start, at]);
  }
  return spans;
}

function firstMissing(text: string, units: readonly Unit[]): number | undefined {
  let at = 0;
  for (const [k, { form }] of units.entries()) {
    while (at < text.length && !text.startsWith(form, at) && /\s/u.test(text[at] ?? '')) at += 1;
    if (!text.startsWith(form, at)) return k;
    at += form.length;
  }
  return undefined;
}

function joined(units: readonly Unit[]): string {
  return units.map(({ form, spaceAfter }, k) => (spaceAfter && k < units.length - 1 ? `${form} ` : form)).join('');
}
