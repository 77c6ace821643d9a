/** What the one status bar item says: the analysis that runs, else what is painted; undefined when there is nothing to say. */
import type { PaintScale } from '../../../server/src/protocol/messages';
import type { CommandId } from '../commands';
import type { Running } from '../running';
import { shareText } from '../said';
import { channels, scaleText } from './rows';

export interface PaintItem {
  readonly text: string;
  /** Lines. */
  readonly tooltip: readonly string[];
  readonly command: CommandId;
}

export interface PaintState {
  readonly running: Running | null;
  readonly pins: readonly string[];
  readonly scales: ReadonlyMap<string, PaintScale>;
  readonly on: boolean;
  /** The neuron whose formula is painted, in place of the pins. */
  readonly formula: string | null;
}

/** The item for a state. */
export function paintItem({ running, pins, scales, on, formula }: PaintState): PaintItem | undefined {
  if (running) {
    const { title, progress } = running;
    const share = progress ? ` ${shareText(progress.done, progress.total)}` : '';
    return { text: `$(loading~spin) ${title}${share}`, tooltip: ['Click to stop'], command: 'golgi.cancel' };
  }
  if (formula !== null) {
    return {
      text: `$(paintcan) ${formula} ≠ formula`,
      tooltip: [
        'Orange: the neuron is active, the formula silent',
        'Violet: the formula holds, the neuron is silent',
        'Click to take the paint off',
      ],
      command: 'golgi.stopPaintingFormula',
    };
  }
  const [first, ...others] = pins;
  if (first === undefined) return undefined;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  const lines = pins.map((neuron, at) => {
    const scale = scales.get(neuron);
    return `${neuron}: ${channels[at]}${scale ? `, ${scaleText(scale)}` : ''}`;
  });
  return {
    text: `$(paintcan) ${first}${more}${on ? '' : ' (off)'}`,
    tooltip: [...lines, on ? 'Click to take the paint off' : 'Click to paint'],
    command: 'golgi.togglePaint',
  };
}
