/**
 * Running a stranger's regular expression for a limited time. JavaScript's engine backtracks, so a pattern can take longer than
 * the universe lasts; a script with a time limit is the one place where the engine can be interrupted in mid-match.
 */
import { createContext, Script } from 'node:vm';

/** Time for each started 4 KiB of text, in milliseconds. */
export const budgetPerPiece = 250;
const pieceLength = 4096;

let pending: (() => void) | undefined;
const context = createContext({ run: () => pending?.() });
const script = new Script('run()');

/** Runs `work` on a text of this length; false when the time was over before it was done. */
export function withinBudget(work: () => void, length: number): boolean {
  pending = work;
  try {
    script.runInContext(context, { timeout: budgetPerPiece * Math.max(1, Math.ceil(length / pieceLength)) });
    return true;
  } catch (error) {
    // The error belongs to the other context, whose `Error` is not ours.
    if ((error as { readonly code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    throw error;
  } finally {
    pending = undefined;
  }
}
