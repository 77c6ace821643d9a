/** Tags of spans written word by word: B-PER, I-PER, O and their relatives (IOB1, IOB2, IOBES, BILOU). */
import type { Attribute } from '../corpus';

export interface SpanTag {
  /** B or S or U begins a span, I or E or L continues one. */
  readonly prefix: 'B' | 'I' | 'E' | 'L' | 'S' | 'U';
  readonly type: string;
}

/** The parts of a tag; 'O' for the tag outside all spans; nothing where it is no tag of these schemes. */
export function spanTag(text: string): SpanTag | 'O' | undefined {
  if (text === 'O') return 'O';
  const parts = /^([BIELSU])-(.+)$/su.exec(text);
  return parts ? { prefix: parts[1] as SpanTag['prefix'], type: parts[2] ?? '' } : undefined;
}

/** A value that says "nothing here" in tables, label files and JSONL. */
export function isNone(value: string): boolean {
  return value === '' || value === 'O' || value === '_';
}

/**
 * An attribute whose values are all span tags, as an attribute of types (a type covers its B and I); nothing if its values
 * are anything else. An attribute without a beginning or inside tag is no span attribute either.
 */
export function foldTags(attribute: Attribute): Attribute | undefined {
  const tags = attribute.values.map(spanTag);
  if (!tags.some((tag) => typeof tag === 'object' && 'BISU'.includes(tag.prefix))) return undefined;
  const idOf = new Map<string, number>();
  const typeOf = new Int32Array(tags.length);
  for (const [k, tag] of tags.entries()) {
    if (typeof tag !== 'object') return undefined;
    const id = idOf.get(tag.type) ?? idOf.size;
    idOf.set(tag.type, id);
    typeOf[k] = id;
  }
  return { ...attribute, values: [...idOf.keys()], ids: attribute.ids.map((id) => (id < 0 ? -1 : (typeOf[id] ?? -1))) };
}
