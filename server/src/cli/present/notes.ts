/** Notes of a result's provenance, as lines of text. */
import { shown } from '../../protocol/errors';

/** A note of something that a person should look at, not only know. */
export function isWarning(note: string): boolean {
  return note.startsWith('warning: ');
}

/** A note as one safe line; warnings name files and remedies and may be long. */
export function noteText(note: string): string {
  return shown(note, 2_000);
}
