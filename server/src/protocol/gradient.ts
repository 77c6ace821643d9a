/** What the job `gradient` takes and gives: derivatives of a scalar of a model's scores by its neurons. */
import type { ModelRef } from './sources';
import type { Stack, Tap } from './neurons';
import type { Range } from './ranges';

/** The score itself, its probability among all scores, or the logarithm of that. */
export const scalarKinds = ['logit', 'prob', 'logprob'] as const;
export type ScalarKind = (typeof scalarKinds)[number];

/** Where in each of m equal steps from zero to the neurons' values the derivative is taken: its end, middle or beginning. */
export const stepRules = ['right', 'midpoint', 'left'] as const;
export type StepRule = (typeof stepRules)[number];

/** `reverse`: back through the graph; `differences`: from runs with each neuron moved a little to either side. */
export const gradientRoutes = ['reverse', 'differences'] as const;
export type GradientRoute = (typeof gradientRoutes)[number];

export interface GradientParams {
  readonly model: ModelRef;
  readonly text?: string;
  readonly ids?: readonly number[];
  readonly decoderText?: string;
  readonly decoderIds?: readonly number[];
  readonly taps: readonly { readonly stack?: Stack; readonly tap: Tap }[];
  /** All where undefined. */
  readonly layers?: readonly Range[];
  /** Token at which the neurons are, counted from 0. */
  readonly at: number;
  /** Token whose scores are meant; `at` where undefined. Of no meaning where the model scores whole texts. */
  readonly outputAt?: number;
  /** A token, the label of a class, or `#number`. */
  readonly target: string;
  readonly of: ScalarKind;
  /** Another output of the graph than its scores. */
  readonly output?: string;
  /** Integrated gradients in so many steps. */
  readonly integrated?: { readonly steps: number; readonly rule: StepRule };
  /** Undefined: back through the graph, or by differences where a quantised model has an operator without a rule. */
  readonly route?: GradientRoute;
  /** File to write, ending in `.npy`; several taps get one each. Undefined: none. */
  readonly out?: string;
}

/** How far attributions are from adding up to what the neurons together change. */
export interface Completeness {
  readonly id: string;
  readonly sum: number;
  /** Scalar with the neurons as they are, less with all of them zero. */
  readonly difference: number;
  readonly gap: number;
}

export interface GradientReport {
  readonly kind: 'gradient' | 'integrated-gradients';
  readonly model: { readonly name: string; readonly files: readonly string[] };
  readonly of: ScalarKind;
  readonly output: string;
  readonly target: { readonly id: number; readonly name: string };
  readonly at: { readonly position: number; readonly piece: string };
  readonly outputAt: { readonly position: number; readonly piece: string } | null;
  /** The scalar that was differentiated, then all three; probabilities are null where the scores are no choice between things. */
  readonly scalar: { readonly value: number; readonly logit: number; readonly prob: number | null; readonly logprob: number | null };
  readonly route: GradientRoute;
  /** Half the distance between the two runs of a difference, as a share of the largest neuron. */
  readonly step: number | null;
  /** Operators whose rounding was passed over as if it were not there. */
  readonly roundingPassedOver: readonly string[];
  readonly integrated: { readonly steps: number; readonly rule: StepRule } | null;
  readonly taps: readonly {
    readonly tap: string;
    /** One row of the file each. */
    readonly layers: readonly string[];
    readonly width: number;
    readonly file: string | null;
    /** Of integrated gradients only. */
    readonly completeness: readonly Completeness[] | null;
  }[];
  /** By absolute value, strongest first. */
  readonly strongest: readonly { readonly id: string; readonly value: number; readonly activation: number }[];
  readonly notes: readonly string[];
}
