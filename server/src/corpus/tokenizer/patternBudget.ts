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

/** The clock runs on while the machine does other things: an attempt only counts when this share of its time was spent computing. */
const computingShare = 0.5;
const strikesAllowed = 2;
const mostAttempts = 5;

/** Runs `work` on a text of this length; false when, in two attempts, the time was over before it was done. */
export function withinBudget(work: () => void, length: number): boolean {
  const timeout = budgetPerPiece * Math.max(1, Math.ceil(length / pieceLength));
  let strikes = 0;
  for (let attempt = 0; attempt < mostAttempts && strikes < strikesAllowed; attempt++) {
    const before = process.cpuUsage();
    if (finishes(work, timeout)) return true;
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1000 >= computingShare * timeout) strikes++;
  }
  return false;
}

function finishes(work: () => void, timeout: number): boolean {
  pending = work;
  try {
    script.runInContext(context, { timeout });
    return true;
  } catch (error) {
    // The error belongs to the other context, whose `Error` is not ours.
    if ((error as { readonly code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    throw error;
  } finally {
    pending = undefined;
  }
}
