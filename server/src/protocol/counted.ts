/** Counts and sizes as people read them, alone and with their noun. */

/** `24,816`. */
export function countText(count: number): string {
  // The browser's own way loads the languages of the world first, which takes longer than drawing a page.
  return Number.isSafeInteger(count) ? String(count).replace(/\B(?=(?:\d{3})+$)/g, ',') : count.toLocaleString('en-US');
}

/** `1 word`, `24,816 words`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${countText(count)} ${count === 1 ? noun : plural}`;
}

/** `1.2 GB`, `340 MB`, `12 kB`, `7 bytes`; units of thousands, as disks are sold. */
export function bytesText(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`;
  return bytes >= 1e3 ? `${Math.round(bytes / 1e3)} kB` : counted(bytes, 'byte');
}
