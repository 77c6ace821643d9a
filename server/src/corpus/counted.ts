/** `1 word`, `25,147 words`: a number with its noun, as messages say it. */
export function counted(n: number, noun: string, plural = `${noun}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? noun : plural}`;
}
