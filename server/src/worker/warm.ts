import { wordsOf } from './hover';
import { linkedConcepts } from './linkedConcepts';
import { withStudy } from './openStudy';
import { pauses } from './pause';
import type { JobHandler } from './serve';
import { tagOf } from './wordTag';

/**
 * Opens what somebody is going to look at: model, corpus, stored activations, the words that values are compared with, the
 * last ranking, the tagger; then labels the concepts that every view scores. Stops between two steps when it is cancelled;
 * what is done stays open.
 */
export const warm: JobHandler<'warm'> = async ({ pins, result, ...ref }, { signal }) =>
  withStudy(ref, async (study) => {
    const pause = pauses(signal);
    await linkedConcepts(result);
    if (study.corpus.words.count === 0) return null;
    const run = await wordsOf(study).warm(pins, pause);
    await tagOf(study.corpus, 0);
    await pause();
    if (run) await study.labelled((await study.rows(run)).facts, pause);
    return null;
  });
