/** Errors as plain data across a process border, and back. */
import { CancelledError, Defect, InputError } from './errors';
import type { Failure } from './workerMessages';

/** The plain-data form of anything thrown. */
export function failureOf(error: unknown): Failure {
  if (error instanceof InputError) return { kind: 'input', problems: error.problems };
  if (error instanceof CancelledError) return { kind: 'cancelled', message: error.message };
  if (error instanceof Error) {
    if (error.name === 'AbortError') return { kind: 'cancelled', message: 'cancelled' };
    return { kind: 'defect', message: error.message, stack: error.stack ?? '' };
  }
  return { kind: 'defect', message: String(error), stack: '' };
}

/** The error again, of the class it had. */
export function errorOf(failure: Failure): Error {
  switch (failure.kind) {
    case 'input':
      return new InputError(failure.problems);
    case 'cancelled':
      return new CancelledError(failure.message);
    case 'defect': {
      const defect = new Defect(failure.message);
      if (failure.stack) defect.stack = failure.stack;
      return defect;
    }
  }
}
