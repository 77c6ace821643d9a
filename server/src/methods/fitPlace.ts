/** How far long fits are, kept outside so that a job that was stopped or killed goes on from there. */

/** Where one fit is kept. */
export interface FitPlace {
  /** What was kept last; null where nothing was. */
  readonly kept: Float64Array | null;
  /** Offers what it takes to go on. Whoever keeps it asks for it only when enough time has passed. */
  keep(state: () => Float64Array): void;
}

/** Where the fits of one job are kept, one after the other: a job makes the same fits in the same order every time. */
export interface FitPlaces {
  next(): FitPlace;
  /** The job is done. */
  forget(): void;
}

/** What the fits of a job follow from: who changes any of it begins anew. */
export interface FitIdentity {
  readonly numbers: readonly (Float32Array | Float64Array | Int32Array)[];
  readonly text: string;
}
