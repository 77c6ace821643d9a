/** A threshold cuts the words of a concept into hits and misses, the others into false alarms and the rest. */
import type { NeuronView } from '../../../server/src/protocol/messages';

export interface Cut {
  readonly value: number;
  /** The edge of the histogram nearest to the value. */
  readonly edge: number;
  /** Whether this is the threshold of best F1, where the counts are exact. */
  readonly best: boolean;
  readonly hit: number;
  readonly missed: number;
  readonly falseAlarms: number;
  /** Null where nothing is beyond the threshold. */
  readonly precision: number | null;
  readonly recall: number;
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

/** The cut at the threshold of best F1, or at a histogram edge when one is given. Null without a concept. */
export function bestCut(view: NeuronView, edge: number | null): Cut | null {
  if (!view.threshold || view.histogram.carrying.length === 0) return null;
  return edge === null ? cutAtBest(view, view.threshold) : cutAtEdge(view, edge);
}

function cutAtBest({ histogram }: NeuronView, { value, precision, recall }: NonNullable<NeuronView['threshold']>): Cut {
  const carrying = sum(histogram.carrying);
  const hit = Math.round(recall * carrying);
  const edge = histogram.edges.reduce(
    (nearest, at, i) => (Math.abs(at - value) < Math.abs((histogram.edges[nearest] ?? at) - value) ? i : nearest),
    0,
  );
  const falseAlarms = precision > 0 ? Math.round(hit / precision - hit) : 0;
  return { value, edge, best: true, hit, missed: carrying - hit, falseAlarms, precision, recall };
}

function cutAtEdge({ histogram, side }: NeuronView, wanted: number): Cut {
  const edge = Math.max(0, Math.min(histogram.edges.length - 1, wanted));
  const beyond = (counts: readonly number[]): number => sum(side === 'high' ? counts.slice(edge) : counts.slice(0, edge));
  const carrying = sum(histogram.carrying);
  const hit = beyond(histogram.carrying);
  const falseAlarms = beyond(histogram.others);
  return {
    value: histogram.edges[edge] ?? 0,
    edge,
    best: false,
    hit,
    missed: carrying - hit,
    falseAlarms,
    precision: hit + falseAlarms > 0 ? hit / (hit + falseAlarms) : null,
    recall: carrying > 0 ? hit / carrying : 0,
  };
}

/** Whether a value is on the firing side of the threshold. */
export function isBeyond(value: number, cut: Cut, side: 'high' | 'low'): boolean {
  return side === 'high' ? value >= cut.value : value <= cut.value;
}
