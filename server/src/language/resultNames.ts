const longest = 50;

/** `upos-NOUN-ap-2026-11-22-20-15-03.golgi-result.json`: parts of what was asked, as far as a file's name can hold them, and when. */
export function fileNamed(asked: readonly string[], now: Date, kind: 'golgi-result' | 'golgi-analysis'): string {
  const parts = asked.map((part) =>
    part
      .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
      .replaceAll(/^-|-$/g, '')
      .slice(0, longest),
  );
  const time = now.toISOString().slice(0, 19).replaceAll(/[T:]/g, '-');
  return `${[...parts.filter((part) => part !== ''), time].join('-')}.${kind}.json`;
}
