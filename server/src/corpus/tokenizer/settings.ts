/** What the files beside tokenizer.json say: the token and side of padding, and how long a text may be. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, problem } from '../../protocol/errors';
import type { Problem } from '../../protocol/errors';
import { Findings, Part } from './description';
import { readJson } from './json';
import type { Tokenizer } from '../tokenizer';
import type { Vocabulary } from './vocabulary';

/** Limit of a configuration file, in bytes. */
const largestConfig = 4 * 1024 * 1024;

/** Above this a stated maximum means "no limit" (some files say 10^30). */
const longestSensibleText = 10_000_000;

const endOfText = ['<|endoftext|>', '</s>', '<eos>', '<|end_of_text|>'];

export interface Settings {
  readonly padding: Tokenizer['padding'];
  readonly maxLength: number | undefined;
  readonly mask: number | undefined;
  readonly warnings: readonly Problem[];
}

/** Reads tokenizer_config.json and special_tokens_map.json where they are; one that cannot be read is a warning and counts as absent. */
export function readSettings(folder: string, tokenizer: Part, vocabulary: Vocabulary): Settings {
  const warnings: Problem[] = [];
  const config = readConfig(join(folder, 'tokenizer_config.json'), warnings);
  const map = readConfig(join(folder, 'special_tokens_map.json'), warnings);
  return {
    padding: { side: paddingSide(tokenizer, config), id: paddingId(tokenizer, config, map, vocabulary) },
    maxLength: sensibleLength(config.get('model_max_length')),
    mask: maskId([config, map], vocabulary),
    warnings,
  };
}

function paddingSide(tokenizer: Part, config: Part): 'left' | 'right' {
  const stated = config.get('padding_side').value ?? tokenizer.get('padding').get('direction').value;
  return typeof stated === 'string' && stated.toLowerCase() === 'left' ? 'left' : 'right';
}

function paddingId(tokenizer: Part, config: Part, map: Part, vocabulary: Vocabulary): number {
  const stated = [config.get('pad_token'), map.get('pad_token')].map(tokenText);
  const endings = [config.get('eos_token'), map.get('eos_token')].map(tokenText);
  const inFile = tokenizer.get('padding').get('pad_id').value;
  const fromName = (name: string | undefined): number | undefined => (name === undefined ? undefined : vocabulary.idOf(name));
  const byName = stated.map(fromName).find((id) => id !== undefined);
  const byEnding = [...endings, ...endOfText].map(fromName).find((id) => id !== undefined);
  const byFile = typeof inFile === 'number' && vocabulary.pieceOf(inFile) !== undefined ? inFile : undefined;
  return byName ?? byFile ?? byEnding ?? 0;
}

/** Stated, or one of the two usual names. */
function maskId(files: readonly Part[], vocabulary: Vocabulary): number | undefined {
  const names = [...files.map((file) => tokenText(file.get('mask_token'))), '[MASK]', '<mask>'];
  return names.map((name) => (name === undefined ? undefined : vocabulary.idOf(name))).find((id) => id !== undefined);
}

/** A token is stated by its text or by an object with `content`. */
function tokenText(part: Part): string | undefined {
  const value = part.value instanceof Map ? part.get('content').value : part.value;
  return typeof value === 'string' ? value : undefined;
}

function sensibleLength({ value }: Part): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && value <= longestSensibleText ? value : undefined;
}

function readConfig(file: string, warnings: Problem[]): Part {
  const absent = new Part(null, '', new Findings(file));
  if (!existsSync(file)) return absent;
  const remedy = 'The file is not used; repair it or fetch it again.';
  try {
    const { size } = statSync(file);
    if (size > largestConfig) {
      warnings.push(problem('JSON_LIMIT', { file }, { found: `${size} bytes`, expected: `at most ${largestConfig}`, remedy }));
      return absent;
    }
    const { value } = readJson(readFileSync(file, 'utf8'), file);
    return value instanceof Map ? new Part(value, '', new Findings(file)) : absent;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    warnings.push(...error.problems.map((found) => ({ ...found, code: 'CONFIG_JSON' as const, remedy })));
    return absent;
  }
}
