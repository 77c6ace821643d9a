/** Opening the tokenizer of a model folder. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TextDecoder } from 'node:util';
import { InputError } from '../../protocol/errors';
import type { Problem } from '../../protocol/errors';
import type { Tokenizer } from '../tokenizer';
import { extractionOf, readAddedTokens } from './addedTokens';
import type { AddedToken } from './addedTokens';
import { AlignedText } from './alignedText';
import { readDecoder } from './decoder';
import type { Decode } from './decoder';
import { Findings, Part } from './description';
import { placeAt, readJson } from './json';
import { readModel } from './models/read';
import { readNormalizer } from './normalizers';
import { encoderOf } from './pipeline';
import type { Encoder } from './pipeline';
import { readPostProcessor } from './postProcessors';
import { readPreTokenizer } from './preTokenizers';
import { readSettings } from './settings';
import type { Vocabulary } from './vocabulary';

/** Limit of tokenizer.json, in bytes. */
const largestFile = 256 * 1024 * 1024;

/** A tokenizer with what was odd about its files but does not stand in the way. */
export interface OpenedTokenizer extends Tokenizer {
  readonly warnings: readonly Problem[];
  /**
   * The text of tokens, special ones left out. Throws InputError TOKENIZER_UNSUPPORTED where the file asks for a way of writing
   * text that is not known here; such a tokenizer still reads.
   */
  decode(ids: readonly number[]): string;
}

/**
 * Opens `tokenizer.json` in a folder, with the settings beside it. Truncation and padding stored in the file are not applied.
 * Throws an `InputError` with every finding: `TOKENIZER_MISSING`, `TOKENIZER_JSON`, `JSON_LIMIT`, `TOKENIZER_UNSUPPORTED`,
 * `TOKENIZER_REGEX`, `TOKENIZER_VOCAB`.
 */
export function openTokenizer(folder: string): OpenedTokenizer {
  const file = join(folder, 'tokenizer.json');
  const bytes = readWhole(file);
  const { value, warnings } = readJson(decoded(bytes, file), file);
  const findings = new Findings(file);
  const root = new Part(value, '', findings);
  checkVersion(root);

  const model = readModel(root.get('model'));
  const added = readAddedTokens(root, model.vocabulary, findings);
  model.vocabulary.checkGaps('model.vocab', findings);
  const normalizer = readNormalizer(root.get('normalizer'));
  const preTokenizer = readPreTokenizer(root.get('pre_tokenizer'));
  const post = readPostProcessor(root.get('post_processor'), model.vocabulary);
  findings.throwIfAny();

  const extract = extractionOf(added, normalizer);
  const settings = readSettings(folder, root, model.vocabulary);
  const seesBlanks = blanksReachModel((text) => preTokenizer(normalizer(new AlignedText(text), 'spaced'), 'spaced'));
  const encoder = encoderOf({ extract, normalizer, preTokenizer, model, post, seesBlanks });
  return {
    ...encoder,
    hash: createHash('sha256').update(bytes).digest('hex'),
    vocabularySize: model.vocabulary.size,
    largestId: model.vocabulary.largestId,
    lowercases: losesCase(encoder),
    padding: settings.padding,
    maxLength: settings.maxLength,
    mask: settings.mask,
    kind: model.kind,
    warnings: [...warnings, ...settings.warnings],
    decode: decoderOf(root, added, model.vocabulary, file),
    pieceOf: (id) => model.vocabulary.pieceOf(id),
    idOf: (piece) => model.vocabulary.idOf(piece),
  };
}

/** Read when first asked for: analyses never write text, and must not fail for a decoder that nobody uses. */
function decoderOf(root: Part, added: readonly AddedToken[], vocabulary: Vocabulary, file: string): OpenedTokenizer['decode'] {
  const special = new Set(added.filter((token) => token.special).map(({ id }) => id));
  let decode: Decode | undefined;
  return (ids) => {
    if (!decode) {
      const findings = new Findings(file);
      decode = readDecoder(new Part(root.get('decoder').value, 'decoder', findings));
      findings.throwIfAny();
    }
    return decode(ids.filter((id) => !special.has(id)).flatMap((id) => vocabulary.pieceOf(id) ?? []));
  };
}

function readWhole(file: string): Buffer {
  try {
    const { size } = statSync(file);
    if (size > largestFile) {
      throw new InputError(
        'JSON_LIMIT',
        { file },
        {
          found: `${size} bytes`,
          expected: `at most ${largestFile}`,
          remedy: 'No tokenizer is as large; fetch the file again from where the model comes from.',
        },
      );
    }
    return readFileSync(file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error instanceof InputError) throw error;
    const absent = error.code === 'ENOENT' || error.code === 'ENOTDIR';
    throw new InputError(
      'TOKENIZER_MISSING',
      { file },
      {
        found: absent ? 'no tokenizer.json' : `a tokenizer.json that cannot be read (${String(error.code)})`,
        expected: 'the tokenizer the model was trained with',
        remedy:
          'It usually lies beside config.json where the model comes from: download it into this folder, or write it there with AutoTokenizer.from_pretrained(…).save_pretrained(…).',
      },
    );
  }
}

/** The text of the file, which must be UTF-8 without a byte order mark, as JSON files are. */
function decoded(bytes: Buffer, file: string): string {
  const refuse = (found: string, place = { file, line: 1, column: 1 }): never => {
    throw new InputError('TOKENIZER_JSON', place, {
      found,
      expected: 'UTF-8 text that begins with "{"',
      remedy: 'Save the file as UTF-8 without a byte order mark.',
    });
  };
  const [first, second, third] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return refuse('UTF-16 text');
  if (first === 0xef && second === 0xbb && third === 0xbf) return refuse('a byte order mark');
  if (first === 0 || (first !== undefined && second === 0)) return refuse('UTF-16 text or binary data');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const lenient = bytes.toString('utf8');
    const place = placeAt(lenient, firstReplaced(bytes), file);
    return refuse('bytes that are not UTF-8', { file, line: place.line ?? 1, column: place.column ?? 1 });
  }
}

/** Where the first bytes that are no UTF-8 stand, in UTF-16 units of the text before them. */
function firstReplaced(bytes: Buffer): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decodes(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  return bytes.toString('utf8', 0, good).length;
}

/** Whether bytes are UTF-8, apart from a last character that may go on. */
function decodes(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function checkVersion(root: Part): void {
  const version = root.text('version', '1.0');
  if (version !== '1.0') root.get('version').unsupported(`format version "${version}"`, 'version 1.0');
}

/** Whether a blank stays with the word after it, rather than being dropped or cut off. */
function blanksReachModel(split: (text: string) => readonly AlignedText[]): boolean {
  const [first] = split(' a');
  return first !== undefined && [...first.text].length > 1;
}

/** Whether capital letters come out as small ones do: measured, since several settings can bring it about. */
function losesCase({ encode }: Encoder): boolean {
  const written = (letter: string): string => {
    try {
      return encode(letter, { addSpecial: false }).ids.join(' ');
    } catch (error) {
      if (error instanceof InputError) return 'not in the vocabulary';
      throw error;
    }
  };
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  return letters.every((letter) => written(letter) === written(letter.toUpperCase())) && new Set(letters.map(written)).size > 1;
}
