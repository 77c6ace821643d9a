/** One line on standard error that says how far the work is and how long it will take. */
import { countText } from '../../protocol/counted';
import type { Progress } from '../../protocol/workerMessages';
import { durationText } from './duration';

const bar = 24;

/** `extracting  ████████·········  1,204 of 3,019 sentences, 12 s left`. Pure, for tests. */
export function progressText({ stage, done, total, unit }: Progress, elapsedMs: number): string {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const full = Math.round(share * bar);
  const left = share > 0.02 && share < 1 && elapsedMs > 500 ? `, ${durationText((elapsedMs / share) * (1 - share))} left` : '';
  return `${stage}  ${'█'.repeat(full)}${'·'.repeat(bar - full)}  ${countText(done)} of ${countText(total)} ${unit}${left}`;
}

/** A line that rewrites itself; does nothing when `enabled` is false. */
export function progressLine(enabled: boolean, write: (text: string) => void): { show: (progress: Progress) => void; clear: () => void } {
  let stage = '';
  let began = 0;
  let drawn = 0;
  let visible = false;
  return {
    show(progress) {
      if (!enabled) return;
      const now = performance.now();
      if (progress.stage !== stage) {
        stage = progress.stage;
        began = now;
        drawn = 0;
      }
      // Ten redraws a second are enough for an eye; the last one always counts.
      if (now - drawn < 100 && progress.done < progress.total) return;
      drawn = now;
      visible = true;
      write(`\r\u001b[2K${progressText(progress, now - began)}`);
    },
    clear() {
      if (visible) write('\r\u001b[2K');
      visible = false;
    },
  };
}
