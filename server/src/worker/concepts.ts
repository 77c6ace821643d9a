import { listConcepts } from '../corpus/concepts/list';
import type { ConceptRow } from '../protocol/jobs';
import { corpusSummary, withTags } from './openCorpus';
import { readCorpusNow } from './openStudy';
import type { JobHandler } from './serve';

/** Everything that can be asked of a corpus, with counts and how far each label can be trusted. */
export const concepts: JobHandler<'concepts'> = async ({ corpus: ref }, context) => {
  const { open } = await readCorpusNow(ref, context);
  const corpus = await withTags(open.corpus);
  const rows = listConcepts(corpus).map(({ name, attribute, count, source, lowSupport, needsCase }): ConceptRow => {
    const notes = [lowSupport, needsCase ? 'needs a tokenizer that keeps case' : undefined].filter((note) => note !== undefined);
    const rule = attribute === 'rule';
    return {
      concept: name,
      attribute,
      count,
      words: corpus.words.count,
      source: rule ? 'rule' : source.kind,
      ...(source.kind === 'automatic' && !rule ? { tagger: source.tagger } : {}),
      ...(source.kind === 'automatic' ? { reliability: source.reliability } : {}),
      ...(notes.length > 0 ? { note: notes.join('; ') } : {}),
    };
  });
  return { corpus: corpusSummary(corpus), concepts: rows };
};
