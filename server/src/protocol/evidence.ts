/** How much evidence a score comes with where nobody asks for another amount: the same on every way to a ranking. */
import type { EvidenceOptions } from './jobs';

export const usualEvidence: EvidenceOptions = { nullRounds: 200, intervals: 50, seed: 1 };

/** Words on either side of a concept below which scores vary much from sample to sample (Gaussian probes and the pitfalls studies drop rarer values). */
export const enoughWords = 100;
