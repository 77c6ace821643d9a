/** Numbers of words that a regression probe can be asked for. Every corpus has them; depth only one with trees. */
export const numberMeanings = {
  position: 'place of the word in its sentence, counted from 1',
  length: 'letters and signs of the word (code points)',
  frequency: 'natural logarithm of how often the word form occurs in the corpus',
  depth: 'steps from the word to the root of its sentence’s tree; 0 at the root',
  'sentence-length': 'words of its sentence',
} as const;

export type NumberName = keyof typeof numberMeanings;

/** What a result calls the number of that name, so that nobody takes it for a concept. */
export function numberTitle(name: string): string {
  return `number:${name}`;
}

/** Whether a result is about a number, which no word carries or lacks. */
export function isNumberTitle(concept: string): boolean {
  return concept.startsWith('number:');
}
