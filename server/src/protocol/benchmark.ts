/** What `golgi benchmark` is asked and gives. */

export interface BenchmarkParams {
  /** Ids of ranking methods; empty: all. */
  readonly methods: readonly string[];
  /** Matrices, each from a seed of its own beginning with `seed`. */
  readonly runs: number;
  readonly seed: number;
  /** A plant is found when all its neurons stand among so many first ones. */
  readonly top: number;
}

export interface BenchmarkPlant {
  readonly id: string;
  readonly what: string;
  /** A decoy must not be found. */
  readonly decoy: boolean;
  readonly members: readonly number[];
  /** Share of random orders that would find it. */
  readonly chance: number;
}

/** How one method did at one plant: the rank, from 1, of the plant's last neuron, one a run; null where that neuron has no score. */
export interface BenchmarkCell {
  readonly ranks: readonly (number | null)[];
  /** Share of the runs in which the plant was found. */
  readonly found: number;
}

export interface BenchmarkResult {
  readonly rows: number;
  readonly neurons: number;
  readonly runs: number;
  readonly seed: number;
  readonly top: number;
  readonly plants: readonly BenchmarkPlant[];
  /** `cells` in the order of `plants`. */
  readonly methods: readonly {
    readonly id: string;
    readonly title: string;
    /** What is other than usual: a parameter that is set, or `control-task`. */
    readonly setting: string | null;
    readonly parameters: Readonly<Record<string, string | number | boolean>>;
    readonly cells: readonly BenchmarkCell[];
  }[];
}
