/** What is kept of earlier runs, and what to do with it. */
/** What to do with a cache besides looking at it. */
export interface CacheParams {
  readonly cache: string;
  /** Names of models, or keys of single runs, whose activations go. */
  readonly remove: readonly string[];
  /** Bytes that may stay; what was used longest ago goes first. Null: as many as there are. */
  readonly limit: number | null;
}

/** Something that was kept in a cache: a run’s activations, or the shuffled weights of a control. */
export interface CacheEntry {
  readonly kind: 'activations' | 'control';
  readonly key: string;
  /** Null where the manifest is damaged or of another version. */
  readonly model: string | null;
  readonly taps: readonly string[];
  readonly words: string | null;
  readonly bytes: number;
  /** When it was last used, ISO 8601. */
  readonly used: string;
  /** `in use`: a process that runs now has opened it, so that it stays whatever was asked. */
  readonly state: 'kept' | 'in use' | 'removed';
}

export interface CacheContents {
  readonly folder: string;
  /** What is left. */
  readonly bytes: number;
  readonly freed: number;
  /** Used last first. */
  readonly entries: readonly CacheEntry[];
}
