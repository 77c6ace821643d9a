/** Characters at which some programs break a line and we do not: said once a file, with the first places. */
import type { Findings } from './findings';
import { counted } from '../../protocol/counted';

const names: Readonly<Record<string, string>> = {
  '\r': 'lone carriage return',
  '\u000b': 'vertical tab',
  '\u000c': 'form feed',
  '\u0085': 'next line (U+0085)',
  '\u2028': 'line separator (U+2028)',
  '\u2029': 'paragraph separator (U+2029)',
};
const separator = /[\r\u000b\u000c\u0085\u2028\u2029]/g;
const listed = 10;

export class OddSeparators {
  private readonly places: { name: string; line: number; column: number }[] = [];
  private count = 0;

  look(text: string, line: number): void {
    for (const match of text.matchAll(separator)) {
      this.count += 1;
      if (this.places.length < listed) this.places.push({ name: names[match[0]] ?? '', line, column: match.index + 1 });
    }
  }

  /** One warning for the file, if there is anything to say. */
  warn(file: string, findings: Findings): void {
    const first = this.places[0];
    if (!first) return;
    const list = this.places.map(({ name, line, column }) => `${name} at ${line}:${column}`).join(', ');
    findings.warn(
      'TEXT_SEPARATORS',
      { file, line: first.line, column: first.column },
      {
        found: `${counted(this.count, 'unusual separator')}: ${list}${this.count > listed ? ' …' : ''}`,
        expected: 'only LF and CRLF end a line; these are read as characters',
        remedy: 'Replace them if lines should break there.',
      },
    );
  }
}
