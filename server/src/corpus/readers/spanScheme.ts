/** Which scheme of span tags a file uses, and which of its tags break it. */
import type { SpanTag } from './bioTags';
import { counted } from '../../protocol/counted';
import type { Findings } from './findings';

interface Stray {
  readonly line: number;
  readonly tag: SpanTag;
  readonly after: SpanTag | 'O';
}

export class SpanScheme {
  private readonly file: string;
  private readonly findings: Findings;
  private readonly prefixes = new Set<string>();
  /** Tags that continue a span which is not open. */
  private readonly strays: Stray[] = [];
  /** A B- that no word of its type precedes: only IOB1 does without it. */
  private beginsPlainly = false;
  private previous: SpanTag | 'O' = 'O';

  constructor(file: string, findings: Findings) {
    this.file = file;
    this.findings = findings;
  }

  border(): void {
    this.previous = 'O';
  }

  next(tag: SpanTag | 'O', line: number): void {
    if (tag !== 'O') {
      this.prefixes.add(tag.prefix);
      const open = this.previous !== 'O' && this.previous.type === tag.type && 'BI'.includes(this.previous.prefix);
      if ('IEL'.includes(tag.prefix) && !open) this.strays.push({ line, tag, after: this.previous });
      if (tag.prefix === 'B' && !open) this.beginsPlainly = true;
    }
    this.previous = tag;
  }

  end(): void {
    const { prefixes, strays } = this;
    if (prefixes.size === 0) return;
    const iobes = prefixes.has('S') || prefixes.has('E');
    const bilou = prefixes.has('U') || prefixes.has('L');
    const iob1 = !iobes && !bilou && !this.beginsPlainly;
    const name = iobes && bilou ? 'IOBES and BILOU' : iobes ? 'IOBES' : bilou ? 'BILOU' : iob1 ? 'IOB1' : 'IOB2';
    this.findings.note(`Tags are ${name}; a type covers all words of its spans, and O means none.`);
    if (iob1 || strays.length === 0) return;
    this.findings.note(`${counted(strays.length, 'tag')} without a beginning: read as the beginning of a new span.`);
    for (const { line, tag, after } of strays) {
      this.findings.warn(
        'BIO_TAG',
        { file: this.file, line },
        {
          found: `${tag.prefix}-${tag.type} after ${after === 'O' ? 'O' : `${after.prefix}-${after.type}`}`,
          expected: `B-${tag.type} or a span of ${tag.type} to continue`,
          remedy: `Read as the beginning of a new ${tag.type}.`,
        },
      );
    }
  }
}
