/** Failures, counts and times as the person reads them. */
import { CancelledError, InputError } from '../../server/src/protocol/errors';
import type { Problem } from '../../server/src/protocol/errors';
import type { Progress } from '../../server/src/protocol/workerMessages';
import { sentences } from '../../server/src/protocol/sentences';
import { countText } from '../../server/src/protocol/counted';

/** A failure in the three parts that every view shows. */
export interface Said {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** What to say of anything thrown. */
export function said(error: unknown): Said {
  if (error instanceof InputError) {
    const first = problemSaid(error.problems[0]);
    const more = error.problems.length > 1 ? ` (and ${error.problems.length - 1} more)` : '';
    return { ...first, message: `${first.message}${more}` };
  }
  if (error instanceof CancelledError) return { code: 'CANCELLED', message: error.message, remedy: '' };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'DEFECT', message, remedy: 'The log says more.' };
}

/** A failure in one line, as a message of the editor has it: what, what to do, and its code. */
export function saidInLine(error: unknown): string {
  const { code, message, remedy } = said(error);
  return `${sentences(message, remedy)} (${code})`;
}

/** All that is wrong, one after the other. */
export function saidOf(error: unknown): readonly Said[] {
  return error instanceof InputError ? error.problems.map(problemSaid) : [said(error)];
}

function problemSaid({ code, found, expected, remedy, place }: Problem): Said {
  const where = place.file ? `${baseName(place.file)}${place.line === undefined ? '' : `, line ${place.line}`}: ` : '';
  // The editor has a button for it.
  const spoken = remedy.replace(' with --skip-invalid', '');
  return { code, message: `${where}${found}${expected ? `; expected ${expected}` : ''}`, remedy: spoken };
}

export function wasCancelled(error: unknown): boolean {
  return error instanceof CancelledError || (error instanceof Error && error.name === 'AbortError');
}

/** The last part of a path, whichever system wrote it. */
export function baseName(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
}

/** `61 %`, with a thin space that does not break. */
export function shareText(done: number, total: number): string {
  return `${total > 0 ? Math.floor((100 * done) / total) : 0}\u202f%`;
}

/** `15,140 of 24,816 words, 1 min 40 s left`. `elapsedMs` is since the stage began; nothing is promised before 5 % are done. */
export function progressText({ done, total, unit }: Progress, elapsedMs: number): string {
  const numbers = `${countText(done)} of ${countText(total)} ${unit}`;
  if (done >= total || done < total / 20 || elapsedMs < 1_000) return numbers;
  return `${numbers}, ${timeText((elapsedMs / done) * (total - done))} left`;
}

/** `38 ms`, `12 s`, `1 min 40 s`. */
export function timeText(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const rest = seconds % 60;
  return `${Math.floor(seconds / 60)} min${rest ? ` ${rest} s` : ''}`;
}

/** `23 Nov 2026, 05:10`, by the clock on the wall. */
export function dateText(time: Date): string {
  // These are English everywhere; the way by the person's language first loads what is known of all languages.
  const [, month, day, year] = time.toDateString().split(' ');
  return `${Number(day)} ${month} ${year}, ${time.toTimeString().slice(0, 5)}`;
}
