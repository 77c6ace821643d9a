/** What is measured on: the bundled models and corpus, MiniLM where it lies beside the checkout, and texts made from the corpus. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Corpus } from '../../server/src/corpus/corpus';
import { openCorpus } from '../../server/src/worker/openCorpus';
import { hasShared, shared } from '../helpers/shared';

/** The repository, in which benchmarks are started. */
const root = process.cwd();
export const sample = join(root, 'media', 'corpus', 'golgi-sample.jsonl');

/** A model to measure on; so many sentences keep one repeat within a few seconds, most of which is not the start. */
export interface Subject {
  readonly name: string;
  readonly folder: string;
  readonly sentences: number;
}

const bundled = (name: string): Subject => ({ name, folder: join(root, 'media', 'models', name), sentences: 8000 });
export const gpt2 = bundled('demo-gpt2');
const minilmFolder = shared('models/minilm');
/** Undefined where it is not beside the checkout. */
export const minilm: Subject | undefined =
  hasShared && existsSync(minilmFolder) ? { name: 'minilm', folder: minilmFolder, sentences: 1200 } : undefined;
export const subjects: readonly Subject[] = [gpt2, bundled('demo-bert'), ...(minilm ? [minilm] : [])];

/** A folder of its own for one benchmark, gone when the process ends. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'golgi-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The first sentences of the sample, from the beginning again where it ends. */
export async function firstSentences(count: number, folder: string): Promise<Corpus> {
  const file = join(folder, `first-${count}.jsonl`);
  const lines = sampleLines().map((line) => JSON.parse(line) as { readonly id: string });
  const taken = Array.from({ length: count }, (_, i) => {
    const { id, ...rest } = lines[i % lines.length] as { readonly id: string };
    return JSON.stringify({ id: `${id} ${Math.floor(i / lines.length)}`, ...rest });
  });
  writeFileSync(file, `${taken.join('\n')}\n`);
  return openCorpus({ files: [file] });
}

/** Writes a corpus of at least so many blank-separated words: the sample's first 10,000 again and again. Returns its path. */
export function repeatedSample(words: number, folder: string): string {
  const texts = sampleLines().map((line) => (JSON.parse(line) as { readonly text: string }).text);
  const lines: string[] = [];
  for (let written = 0, next = 0, inRound = 0; written < words; next++) {
    if (inRound >= 10_000) next = inRound = 0;
    const text = texts[next] ?? '';
    const count = text.split(' ').length;
    lines.push(JSON.stringify({ id: String(lines.length), text }));
    written += count;
    inRound += count;
  }
  const file = join(folder, `${words}-words.jsonl`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

function sampleLines(): string[] {
  return readFileSync(sample, 'utf8').trimEnd().split('\n');
}
