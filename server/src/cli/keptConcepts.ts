/** Concepts kept in files: what `--concept @FILE` names, and what verbs write that propose concepts. */
import { conceptTitle, parseConcept } from '../corpus/concepts/concept';
import { linesOf, readWholeText } from '../corpus/readers/wholeText';
import { InputError, problem, refuseAll, shown } from '../protocol/errors';
import type { Place, Problem } from '../protocol/errors';
import { absolute } from './paths';

/**
 * The values of a verb with `--concept @FILE` replaced by the concepts of the file: one a line, empty lines and those that
 * begin with # left out. Throws CONCEPT_SYNTAX and its like with the place in the file, for names of two concepts too, and
 * CORPUS_EMPTY for a file without any.
 */
export async function withKeptConcepts<T extends { readonly concept: readonly string[] }>(values: T): Promise<T> {
  const lists: (readonly string[])[] = [];
  for (const text of values.concept) lists.push(text.startsWith('@') ? await readConcepts(absolute(text.slice(1))) : [text]);
  return { ...values, concept: lists.flat() };
}

async function readConcepts(file: string): Promise<string[]> {
  const concepts: string[] = [];
  const named = new Map<string, { readonly name: string; readonly line: number }>();
  const findings: Problem[] = [];
  for (const [index, line] of linesOf(await readWholeText(file)).entries()) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    try {
      const { name } = parseConcept(text);
      const title = conceptTitle(name);
      const known = named.get(title);
      if (known && known.name !== name) findings.push(nameTaken(title, { file, line: index + 1 }, known.line));
      // A line that stands there twice says nothing new.
      if (known) continue;
      named.set(title, { name, line: index + 1 });
      concepts.push(name);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      findings.push(...error.problems.map((each) => problem(each.code, { file, line: index + 1 }, each)));
    }
  }
  refuseAll(findings);
  if (concepts.length > 0) return concepts;
  throw new InputError(
    'CORPUS_EMPTY',
    { file },
    { found: 'no concept', expected: 'one a line, such as pronouns := word:"she|he"', remedy: 'keep some with golgi propose --keep FILE' },
  );
}

function nameTaken(title: string, place: Place, first: number): Problem {
  return problem('CONCEPT_SYNTAX', place, {
    found: `the name ${shown(title, 80)} again, which line ${first} gives to another concept`,
    expected: 'a name of its own for each concept',
    remedy: 'rename one of them: results tell concepts apart by their names',
  });
}

/** A file of concepts: lines of what it is, then a concept a line. */
export function conceptFile(about: readonly string[], concepts: readonly string[]): string {
  return [...about.map((line) => `# ${line}`), ...concepts, ''].join('\n');
}
