/** Which label files belong to which word file: by name, as NeuroX and ConceptX keep them side by side. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const wordEnding = /\.(words?|in)$/i;
const labelEnding = /\.labels?$/i;

/** The word file to a label file that was handed in as the corpus: its neighbour of the same name, the closest if there are several. */
export async function wordFileOf(file: string): Promise<string> {
  if (!labelEnding.test(file)) return file;
  const words = (await filesBeside(file)).filter((one) => wordEnding.test(one) && basename(file).startsWith(`${stemOf(one)}.`));
  const [closest] = words.sort((a, b) => stemOf(b).length - stemOf(a).length);
  return closest === undefined ? file : join(dirname(file), closest);
}

/** Label files of a word file: those asked for, only its own if they carry its name; else those beside it (`x.label`, `x.upos.label` to `x.word`). */
export async function labelFilesOf(file: string, asked: readonly string[] | undefined): Promise<readonly string[]> {
  const own = (name: string) => labelEnding.test(name) && basename(name).startsWith(`${stemOf(file)}.`);
  if (asked) return asked.some(own) ? asked.filter(own) : asked;
  return (await filesBeside(file)).filter(own).map((name) => join(dirname(file), name));
}

/** Attribute of a label file: the middle of `x.upos.label`, `label` where there is none. */
export function attributeOf(labelFile: string, wordFile: string): string {
  const stem = stemOf(wordFile);
  const name = basename(labelFile).replace(labelEnding, '');
  if (name === stem) return 'label';
  return name.startsWith(`${stem}.`) ? name.slice(stem.length + 1) : (name.split('.').at(-1) ?? name);
}

function stemOf(file: string): string {
  return basename(file).replace(wordEnding, '');
}

async function filesBeside(file: string): Promise<string[]> {
  const names = await readdir(dirname(file)).catch(() => []);
  return names.sort();
}
