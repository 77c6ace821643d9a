/** A corpus with the attributes that a job needs: taggers run only when somebody asks for what they give. */
import type { Attribute, Corpus, CorpusFormat } from '../corpus/corpus';
import { corpusFormats } from '../corpus/corpus';
import type { Concept } from '../corpus/concepts/concept';
import { readCorpus } from '../corpus/readers/read';
import type { OnBlock } from '../corpus/readers/lines';
import { CancelledError, InputError } from '../protocol/errors';
import type { CorpusRef, CorpusSummary } from '../protocol/sources';
import type { JobContext } from './serve';

/** Bytes from which reading takes more than a second or two. */
const longReading = 8_000_000;

/** A job that somebody watches, and may cancel. */
export type Watched = Pick<JobContext, 'signal' | 'onProgress'>;

/** From here on what reading leaves behind is worth the 50 ms of a collection. */
const manyWords = 50_000;

/**
 * Reads a corpus, and says how far it is to those who watch. Throws `InputError` with everything that is wrong in it, and
 * `CancelledError` once nobody waits for it any more.
 */
export async function openCorpus({ files, format, labels, columns, skipInvalid }: CorpusRef, watched?: Watched): Promise<Corpus> {
  const onBlock = watched && reading(watched);
  const corpus = await readCorpus(files, { format: formatOf(format), labels, columns, skipInvalid, onBlock });
  // Reading leaves ten times what it makes behind, which the heap may otherwise carry through the whole job.
  if (corpus.words.count > manyWords) globalThis.gc?.();
  return corpus;
}

function reading({ signal, onProgress }: Watched): OnBlock {
  return (done, total) => {
    if (signal.aborted) throw new CancelledError();
    if (total >= longReading)
      onProgress({ stage: 'Reading', done: Math.round(done / 1_000), total: Math.round(total / 1_000), unit: 'kB' });
  };
}

/** Adds the taggers' attributes when `concepts` asks for one that the annotation does not have. */
export async function withTagsFor(corpus: Corpus, concepts: readonly Concept[]): Promise<Corpus> {
  const gold = (name: string): boolean => corpus.attributes.has(name) || (corpus.format === 'bio' && (name === 'ner' || name === 'label'));
  const asked = concepts.some((concept) => concept.kind === 'attribute' && !gold(concept.attribute));
  return asked ? withTags(corpus) : corpus;
}

/** Adds all attributes that taggers give. Their lexicon is loaded here: it would cost every other job a fifth of a second. */
export async function withTags(corpus: Corpus): Promise<Corpus> {
  const { tagCorpus } = await import('../corpus/taggers/tag');
  return withAttributes(corpus, tagCorpus(corpus));
}

/** The same in steps, between which the caller may rest, or stop and go on later. */
export async function tagging(corpus: Corpus): Promise<Generator<void, Corpus>> {
  const { tagInSteps } = await import('../corpus/taggers/tag');
  return (function* () {
    return withAttributes(corpus, yield* tagInSteps(corpus));
  })();
}

function withAttributes(corpus: Corpus, more: ReadonlyMap<string, Attribute>): Corpus {
  return { ...corpus, attributes: new Map([...corpus.attributes, ...more]) };
}

/** What was read, for people and for provenance. */
export function corpusSummary(corpus: Corpus): CorpusSummary {
  const { files, format, guessed, sentences, words, hash, notes, warnings } = corpus;
  return { files, format, guessed, sentences: sentences.length, words: words.count, hash, notes, warnings };
}

function formatOf(name: string | undefined): CorpusFormat | undefined {
  if (name === undefined) return undefined;
  const known = corpusFormats.find((format) => format === name);
  if (known) return known;
  throw new InputError(
    'USAGE',
    { flag: `--format ${name}` },
    {
      found: 'no such format',
      expected: `one of ${corpusFormats.join(', ')}`,
      remedy: 'leave it out: the format is guessed from the content and said',
    },
  );
}
