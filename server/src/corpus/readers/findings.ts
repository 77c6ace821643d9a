/** Collects what a reader meets, so that a person sees everything that is wrong in one go. */
import { problem } from '../../protocol/errors';
import type { ErrorCode, InputError, Place, Problem } from '../../protocol/errors';
import { countText, counted } from '../../protocol/counted';
import { limits } from './limits';

type What = { readonly found: string; readonly expected: string; readonly remedy: string };

export class Findings {
  private readonly errors = new ProblemList();
  private readonly doubts = new ProblemList();
  private readonly said = new Set<string>();

  /** Something that cannot be used; its line, row or sentence is left out. */
  error(code: ErrorCode, place: Place, what: What): void {
    this.errors.add(problem(code, place, what));
  }

  /** Everything that a refused file had to say. */
  errorsOf(refusal: InputError): void {
    for (const one of refusal.problems) this.errors.add(one);
  }

  /** Something that is used all the same, by a rule that the finding states. */
  warn(code: ErrorCode, place: Place, what: What): void {
    this.doubts.add(problem(code, place, what));
  }

  /** How something was read, said once however often it happens. */
  note(sentence: string): void {
    this.said.add(sentence);
  }

  get errorCount(): number {
    return this.errors.count;
  }

  get notes(): readonly string[] {
    return [...this.said];
  }

  /** Unusable parts first, then doubts: the first 1,000 of each and a line that counts the rest. */
  listed(kind: 'errors' | 'all'): readonly Problem[] {
    return kind === 'errors' ? this.errors.listed() : [...this.errors.listed(), ...this.doubts.listed()];
  }
}

/** The first problems in full; of the others only how many there were of each code. */
class ProblemList {
  count = 0;
  private readonly kept: Problem[] = [];
  private readonly more = new Map<ErrorCode, { count: number; place: Place }>();

  add(one: Problem): void {
    this.count += 1;
    if (this.kept.length < limits.findings) {
      this.kept.push(one);
      return;
    }
    const more = this.more.get(one.code);
    if (more) more.count += 1;
    else this.more.set(one.code, { count: 1, place: one.place });
  }

  listed(): readonly Problem[] {
    const rest = [...this.more].map(([code, { count, place }]) =>
      problem(code, place, {
        found: `${counted(count, 'more finding')} of this kind from here on`,
        expected: `the first ${countText(limits.findings)} findings are listed one by one`,
        remedy: 'Correct those first.',
      }),
    );
    return [...this.kept, ...rest];
  }
}
