/** What all self-checks of a model come to, in a few words for the badge beside its name. */
import { counted } from '../../../server/src/protocol/counted';
import type { ModelCard } from '../../../server/src/protocol/modelCard';
import type { SelfCheck } from '../../../server/src/protocol/views';

export interface Verdict {
  readonly kind: 'held' | 'failed' | 'open';
  readonly text: string;
}

/** A check that could not be tried is neither held nor failed, and is counted apart. */
export function verdictOf(checks: ModelCard['checks'], check: SelfCheck): Verdict {
  if (check.kind === 'running') return { kind: 'open', text: 'self-check is running' };
  if (check.kind === 'failed') return { kind: 'failed', text: '✗ self-check ended by an error' };
  const results = Object.values(checks).map(({ held }) => held);
  const count = (held: boolean | null): number => results.filter((each) => each === held).length;
  if (results.length === 0) return { kind: 'open', text: 'self-check not run' };
  const untried = count(null) > 0 ? `, ${count(null)} not checked` : '';
  if (count(false) > 0) return { kind: 'failed', text: `✗ ${count(false)} of ${counted(results.length, 'self-check')} failed${untried}` };
  if (count(true) === 0) return { kind: 'open', text: 'self-checks could not be tried' };
  return { kind: 'held', text: `✓ ${count(true)} of ${counted(results.length, 'self-check')} held${untried}` };
}
