/** Counts as people read them, alone and with their noun. */

/** `24,816`. */
export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 word`, `24,816 words`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${countText(count)} ${count === 1 ? noun : plural}`;
}
