/** The labelled spans of a JSON record, as objects or as `[start, end, label]`. */
import { isObject, kindOf, printed, value } from './jsonValues';
import type { RecordText } from './recordText';

/** Offsets are UTF-16 units of the text. */
export interface LabelledSpan {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/** The spans that can be used; what is wrong with the others is refused through `text`. */
export function readSpans(given: unknown, text: RecordText): LabelledSpan[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) {
    text.refuse(`"spans" is ${kindOf(given)}`, 'an array');
    return [];
  }
  if (text.surface === undefined) {
    text.refuse('"spans" without "text"', 'the text that their offsets count in');
    return [];
  }
  return given.flatMap((one: unknown, k) => {
    const [from, to, label] = partsOf(one);
    const [start, end] = text.span(from, to) ?? [0, 0];
    if (start < end && typeof label === 'string' && label !== '') return [{ start, end, label }];
    const found = `span ${k + 1} from ${printed(from)} to ${printed(to)}, label ${printed(label)}`;
    text.refuse(found, `0 ≤ start < end ≤ ${text.length} and a label`, 'CORPUS_SPAN');
    return [];
  });
}

function partsOf(span: unknown): readonly unknown[] {
  if (Array.isArray(span)) return span;
  if (!isObject(span)) return [];
  return [value(span, 'start'), value(span, 'end'), value(span, 'label') ?? value(span, 'type')];
}
