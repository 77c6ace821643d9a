/** Post-processors: the special tokens around a text, and blanks taken off the ends of spans. */
import { byteBlank } from './byteAlphabet';
import type { Part } from './description';
import { isWhiteSpace } from './unicode';
import type { Vocabulary } from './vocabulary';

/** What is done to the tokens of one text when the model is done with it. */
export interface PostProcessing {
  /** Special tokens before and after the text. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Blanks do not belong to a token's span; with `keepFirst` the first token keeps one, which was added by the tokenizer. */
  readonly trim: { readonly keepFirst: boolean } | undefined;
}

const none: PostProcessing = { before: [], after: [], trim: undefined };

/** Builds what a part of tokenizer.json describes; absent means nothing is added. Unknown kinds become findings. */
export function readPostProcessor(part: Part, vocabulary: Vocabulary): PostProcessing {
  if (part.absent) return none;
  switch (part.type) {
    case 'ByteLevel':
      return { ...none, trim: readTrim(part) };
    case 'BertProcessing':
      return { ...none, before: pairId(part, 'cls', vocabulary), after: pairId(part, 'sep', vocabulary) };
    case 'RobertaProcessing':
      return { before: pairId(part, 'cls', vocabulary), after: pairId(part, 'sep', vocabulary), trim: readTrim(part) };
    case 'TemplateProcessing':
      return template(part, vocabulary);
    case 'Sequence':
      return part
        .items('processors')
        .map((item) => readPostProcessor(item, vocabulary))
        .reduce(
          (inner, outer) => ({
            before: [...outer.before, ...inner.before],
            after: [...inner.after, ...outer.after],
            trim: inner.trim ?? outer.trim,
          }),
          none,
        );
    default:
      part.unsupported(
        `post-processor of type "${part.type}"`,
        'one of TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel, Sequence',
      );
      return none;
  }
}

function readTrim(part: Part): PostProcessing['trim'] {
  return part.flag('trim_offsets', true) ? { keepFirst: part.flag('add_prefix_space', true) } : undefined;
}

/** `["[SEP]", 102]` */
function pairId(part: Part, name: string, vocabulary: Vocabulary): readonly number[] {
  const pair = part.get(name);
  const id: unknown = Array.isArray(pair.value) ? pair.value[1] : undefined;
  return typeof id === 'number' ? knownIds(pair, [id], vocabulary) : unreadable(pair, 'a token and its id');
}

function template(part: Part, vocabulary: Vocabulary): PostProcessing {
  const before: number[] = [];
  const after: number[] = [];
  let side = before;
  for (const item of part.items('single')) {
    if (item.has('Sequence')) side = after;
    else if (item.has('SpecialToken')) side.push(...templateIds(part, item.get('SpecialToken').text('id', ''), vocabulary));
    else item.unsupported('an unknown item in a template', '"Sequence" or "SpecialToken"');
  }
  return { before, after, trim: undefined };
}

function templateIds(part: Part, name: string, vocabulary: Vocabulary): readonly number[] {
  const ids = part.get('special_tokens').get(name).get('ids');
  const values: readonly unknown[] = Array.isArray(ids.value) ? ids.value : [];
  const numbers = values.filter((id): id is number => typeof id === 'number');
  return numbers.length === values.length && values.length > 0
    ? knownIds(ids, numbers, vocabulary)
    : unreadable(ids, 'the ids of the special token');
}

function knownIds(part: Part, ids: readonly number[], vocabulary: Vocabulary): readonly number[] {
  for (const id of ids) {
    if (vocabulary.pieceOf(id) !== undefined) continue;
    part.findings.add('TOKENIZER_VOCAB', part.path, {
      found: `the special token's id ${id}`,
      expected: `an id from 0 to ${vocabulary.largestId}`,
      remedy: 'Fetch tokenizer.json again from where the model comes from.',
    });
  }
  return ids;
}

function unreadable(part: Part, expected: string): readonly number[] {
  part.unsupported('something else', expected);
  return [];
}

/**
 * Takes the blanks at both ends of a token off its span, as the tokenizers library does for `trim_offsets`: counted in the
 * token's own characters, so that a blank which the tokenizer added itself costs the text a character unless `keepFirst`.
 */
export function trimmedSpan(
  { text, value, start, end, first }: { text: string; value: string; start: number; end: number; first: boolean },
  { keepFirst }: { readonly keepFirst: boolean },
): readonly [number, number] {
  if (!isBlank(value.charAt(0)) && !isBlank(value.charAt(value.length - 1))) return [start, end];
  const characters = [...value];
  const firstInk = characters.findIndex((character) => !isBlank(character));
  let leading = firstInk < 0 ? characters.length : firstInk;
  const trailing = characters.length - 1 - characters.findLastIndex((character) => !isBlank(character));
  if (leading > 0 && keepFirst && (first || start === 0)) leading--;
  const from = Math.min(forward(text, start, leading), end);
  const to = trailing > 0 ? Math.max(backward(text, end, trailing), from) : end;
  return [from, to];
}

function isBlank(character: string): boolean {
  return character === byteBlank || isWhiteSpace(character);
}

function forward(text: string, at: number, characters: number): number {
  let unit = at;
  for (let i = 0; i < characters; i++) unit += (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
  return unit;
}

function backward(text: string, at: number, characters: number): number {
  let unit = at;
  for (let i = 0; i < characters; i++) unit -= unit >= 2 && (text.codePointAt(unit - 2) ?? 0) > 0xffff ? 2 : 1;
  return unit;
}
