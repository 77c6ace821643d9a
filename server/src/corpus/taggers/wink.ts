/**
 * wink-nlp with its small English model, as a function of the text alone: tokens with exact spans, sentences, universal
 * parts of speech and entities. One instance serves the process; it is built at first use (about 0.1 s).
 */
import winkNLP, { type WinkMethods } from 'wink-nlp';
import model from 'wink-eng-lite-web-model';
import { Defect } from '../../protocol/errors';

/** Tokens of one text in order, columns of equal length. White space and invisible characters are never tokens. */
export interface WinkTokens {
  /** Spans in the text, UTF-16 units. */
  readonly start: readonly number[];
  readonly end: readonly number[];
  readonly upos: readonly string[];
  /** Type of the entity that covers the token (`DATE`, `MONEY`, …), if one does. */
  readonly entity: readonly (string | undefined)[];
  /** Number of the token's sentence, from 0. */
  readonly sentence: readonly number[];
}

/** Feature tables of a decoded model as far as we touch them; wink-nlp adds to them whatever it has not met before. */
interface GrowingTable {
  readonly list: string[];
  readonly hash: Record<string, number>;
  readonly intrinsicSize?: number;
  index: number;
}

interface Instance {
  readonly wink: WinkMethods;
  readonly tables: readonly GrowingTable[];
  readonly lexemes: GrowingTable;
  /** How many entries of `lexemes.list` are known to have left the hash again. */
  forgotten: number;
}

// wink-nlp packs an index of its list of word forms into 20 bits; a fresh instance is made long before they run out.
const mostLexemes = 600_000;

let current: Instance | undefined;

function instance(): Instance {
  if (current && current.lexemes.list.length < mostLexemes) return current;
  let decoded: unknown;
  const core = (): unknown => (decoded = (model.core as () => unknown)());
  // Patterns for entities of one's own, which we have none of; the model would escape their text once more for each instance.
  const metaCER = (): unknown => ({ machines: undefined, transformers: [] });
  const wink = winkNLP({ ...model, core, metaCER }, ['sbd', 'pos', 'ner']);
  const { features } = decoded as { features: Record<string, GrowingTable> };
  const lexemes = features['lexeme'];
  if (!lexemes) throw new Defect('the wink model holds no table of word forms');
  const tables = ['prefix', 'suffix', 'shape'].flatMap((name) => features[name] ?? []);
  current = { wink, tables, lexemes, forgotten: lexemes.list.length };
  return current;
}

/**
 * Makes the instance forget the words it met in the last text. Without this a form that was unknown is tokenised anew by
 * whatever an earlier text made of it ("the quokka's," in one line makes "quokka's" one noun in all later ones), so that results would
 * depend on the order of reading; and the narrow tables of affixes would overflow in a large corpus. Seen in wink-nlp 2.4.0.
 */
function forget(used: Instance): void {
  const { lexemes } = used;
  // The forms keep their places, since a table inside wink-nlp counts on them; they are only not found again.
  for (; used.forgotten < lexemes.list.length; used.forgotten += 1) {
    delete lexemes.hash[lexemes.list[used.forgotten] ?? ''];
    lexemes.list[used.forgotten] = '';
  }
  for (const table of used.tables) {
    const kept = table.intrinsicSize ?? table.list.length;
    for (const value of table.list.splice(kept)) delete table.hash[value];
    table.index = kept;
  }
}

/**
 * Reads one text: a sentence, a line or a paragraph, never a whole file (all its tokens become objects of JavaScript).
 * Words of scripts without blanks come out whole, since the tagger knows English only.
 */
export function readWithWink(text: string): WinkTokens {
  const used = instance();
  const { its } = used.wink;
  const document = used.wink.readDoc(text);
  const tokens = document.tokens();
  const forms = tokens.out(its.value);
  const tags = tokens.out(its.pos);
  const sentenceSpans = document.sentences().out(its.span) as number[][];
  const entities = document.entities();
  const entitySpans = entities.out(its.span) as number[][];
  const entityTypes = entities.out(its.type);
  forget(used);

  const entity = covering(entitySpans, forms.length, (e) => entityTypes[e]);
  const sentence = covering(sentenceSpans, forms.length, (s) => s);
  const found = { start: [], end: [], upos: [], entity: [], sentence: [] } as Growing<WinkTokens>;
  let cursor = 0;
  forms.forEach((whole, t) => {
    for (const [form, upos] of parted(whole, tags[t] ?? 'X')) {
      // Nearly always the form is the next thing after some blanks; searching covers what wink-nlp drops (U+FEFF, U+2028).
      const start = text.indexOf(form, cursor);
      if (start < 0) throw new Defect('the tagger returned a token that is not in the text');
      cursor = start + form.length;
      if (invisible.test(form)) continue;
      found.start.push(start);
      found.end.push(cursor);
      found.upos.push(upos);
      found.entity.push(entity[t]);
      found.sentence.push(sentence[t] ?? 0);
    }
  });
  return found;
}

type Growing<Columns> = { -readonly [Name in keyof Columns]: Columns[Name] extends readonly (infer Item)[] ? Item[] : never };

const invisible = /^[\s\p{Cc}\p{Cf}]*$/u;

/** For each of `count` tokens the value of the span (first and last token) that covers it, if one does. */
function covering<T>(spans: readonly (readonly number[])[], count: number, valueOf: (span: number) => T): (T | undefined)[] {
  const column = new Array<T | undefined>(count).fill(undefined);
  spans.forEach(([first = 0, last = -1], s) => column.fill(valueOf(s), first, last + 1));
  return column;
}

/**
 * A token and its tag, parted where wink-nlp leaves a contraction whole that it parts elsewhere: always in `I'm` (which it
 * takes for a name), and in `the dog's,` by the comma. Seen in wink-nlp 2.4.0.
 */
function parted(form: string, upos: string): readonly (readonly [form: string, upos: string])[] {
  const [, host, clitic] = /^(.*\p{L})(['’][smSM])$/u.exec(form) ?? [];
  if (host === undefined || clitic === undefined) return [[form, upos]];
  const hostTag = host.toUpperCase() === 'I' ? 'PRON' : upos;
  const isVerb = hostTag === 'PRON' || /m$/i.test(clitic);
  return [
    [host, hostTag],
    [clitic, isVerb ? 'AUX' : 'PART'],
  ];
}
