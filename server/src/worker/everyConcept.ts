import { parseConcept } from '../corpus/concepts/concept';
import type { Concept } from '../corpus/concepts/concept';
import { listConcepts } from '../corpus/concepts/list';
import type { Corpus } from '../corpus/corpus';
import type { OpenModel } from './openModel';

/** All concepts with enough words on both sides that this model can see. */
export function everyConcept(corpus: Corpus, { tokenizer }: OpenModel): Concept[] {
  return listConcepts(corpus)
    .filter(({ lowSupport, needsCase }) => lowSupport === undefined && !(needsCase && tokenizer?.lowercases))
    .map(({ name }) => parseConcept(name));
}
