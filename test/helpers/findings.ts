/** What bad input was answered with. */
import { InputError } from '../../server/src/protocol/errors';
import type { Problem } from '../../server/src/protocol/errors';

/** The findings of work that must be refused; none where it was not. Anything but an `InputError` fails the test. */
export function findingsOf(work: () => unknown): readonly Problem[] {
  try {
    work();
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  return [];
}

/** The same for work that takes time. */
export async function findingsOfAsync(work: () => Promise<unknown>): Promise<readonly Problem[]> {
  try {
    await work();
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  return [];
}
