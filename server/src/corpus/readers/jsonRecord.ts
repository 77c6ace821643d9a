/** One record of JSONL, checked: everything that is wrong with it is in the error, and what comes out needs no checks. */
import { problem, refuseAll } from '../../protocol/errors';
import type { Place, Problem } from '../../protocol/errors';
import type { JsonObject } from './jsonValues';
import { firstValue, keysOf, kindOf, parseObject, printed, recordRemedy, value } from './jsonValues';
import type { OffsetUnit } from './offsetUnit';
import type { LabelledSpan } from './recordSpans';
import { readSpans } from './recordSpans';
import { RecordText } from './recordText';
import type { Token } from './recordTokens';
import { readTokens } from './recordTokens';

export interface TextRecord {
  readonly id: string | undefined;
  readonly text: string | undefined;
  readonly tokens: readonly Token[] | undefined;
  readonly spans: readonly LabelledSpan[];
  /** Whether the record says what its offsets count. */
  readonly unitIsDeclared: boolean;
}

/** Keys under which a record may keep its text and its tokens; the first that is there holds. */
export const textKeys = ['text', 'sentence'];
export const tokensKeys = ['tokens', 'words'];

/** @throws InputError CORPUS_JSON, CORPUS_SPAN, LABEL_COUNT, with everything that was found in this record */
export function parseRecord(json: string, place: Place): TextRecord {
  const record = parseObject(json, place);
  const { surface, given, unit } = readFrame(record, place);
  const text = new RecordText(surface, unit ?? 'utf16', place);
  const tokens = given && readTokens(given, record, text);
  const spans = readSpans(value(record, 'spans') ?? value(record, 'entities'), text);
  text.refuseAll();
  return { id: idOf(record), text: surface, tokens, spans, unitIsDeclared: unit !== undefined };
}

/** What tokens and spans are read against. */
interface Frame {
  readonly surface: string | undefined;
  readonly given: readonly unknown[] | undefined;
  /** What its offsets count, where it says so. */
  readonly unit: OffsetUnit | undefined;
}

/** Text, list of tokens and unit. Throws everything that is wrong with them, since nothing else can be read then. */
function readFrame(record: JsonObject, place: Place): Frame {
  const text = firstValue(record, textKeys) ?? undefined;
  const tokens = firstValue(record, tokensKeys) ?? undefined;
  const declared = value(record, 'unit');
  const surface = typeof text === 'string' ? text : undefined;
  const given: readonly unknown[] | undefined = Array.isArray(tokens) ? tokens : undefined;
  const unit = unitOf(declared);

  const problems: Problem[] = [];
  const refuse = (found: string, expected: string): void => {
    problems.push(problem('CORPUS_JSON', place, { found, expected, remedy: recordRemedy }));
  };
  if (text !== surface) refuse(`"text" is ${kindOf(text)}`, 'a string');
  if (tokens !== given) refuse(`"tokens" is ${kindOf(tokens)}`, 'an array');
  if (text === undefined && tokens === undefined) refuse(`neither "text" nor "tokens" (keys: ${keysOf(record)})`, 'one of them');
  if (declared !== undefined && unit === undefined) refuse(`"unit" is ${printed(declared)}`, '"utf16" or "codepoint"');
  refuseAll(problems);
  return { surface, given, unit };
}

/** The unit that a record declares, in any spelling of its field; undefined for anything else. */
function unitOf(declared: unknown): OffsetUnit | undefined {
  if (typeof declared !== 'string') return undefined;
  const plain = declared.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (/^utf16(codeunits?|units?)?$/.test(plain)) return 'utf16';
  return /^(codepoints?|unicode|utf32|characters?)$/.test(plain) ? 'codepoint' : undefined;
}

function idOf(record: JsonObject): string | undefined {
  const id = value(record, 'id');
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}
