/** What an analysis of a model and a corpus came from. */
import type { Corpus } from '../corpus/corpus';
import { countText } from '../protocol/counted';
import { problemLine } from '../protocol/errors';
import type { Problem } from '../protocol/errors';
import type { ActivationSpec } from '../protocol/sources';
import type { Provenance } from '../protocol/results';
import type { RowFacts } from '../study/labels';
import type { Activations } from './activations';
import type { OpenModel } from './openModel';
import { sameTokenNotes } from './sameToken';
import { versions } from './versions';

export interface Origin {
  readonly model: OpenModel;
  readonly corpus: Corpus;
  readonly activations: Activations;
  readonly spec: Pick<ActivationSpec, 'words' | 'dtype'> & { readonly unit?: 'sentence' | undefined };
  readonly rows: RowFacts;
  readonly seed: number;
  readonly notes?: readonly string[];
}

// --skip-invalid can leave a warning for every line of a corpus.
const mostWarnings = 20;

/** Warnings as lines of text: the first twenty, and how many more there are. */
export function warningLines(warnings: readonly Problem[]): string[] {
  const left = warnings.length - mostWarnings;
  return [
    ...warnings.slice(0, mostWarnings).map((warning) => `warning: ${problemLine(warning)}`),
    ...(left > 0 ? [`warning: ${countText(left)} more of this kind`] : []),
  ];
}

/** What identifies a corpus. */
export function corpusFacts({ files, format, hash, sentences, words }: Corpus): NonNullable<Provenance['corpus']> {
  return { files, format, hash, sentences: sentences.length, words: words.count };
}

/** The provenance, once it is known how long the work took. */
export function provenanceOf({ model, corpus, activations, spec, rows, seed, notes = [] }: Origin): (elapsedMs: number) => Provenance {
  const { run, identity, droppedWords, provider } = activations;
  return (elapsedMs) => ({
    golgi: versions.golgi,
    created: new Date().toISOString(),
    elapsedMs,
    model: { name: model.name, ...identity, tokenizer: model.tokenizer?.hash ?? '' },
    corpus: corpusFacts(corpus),
    matrix: null,
    activations: {
      words: spec.words,
      ...(spec.unit && { unit: spec.unit }),
      dtype: spec.dtype,
      rows: run.rows,
      excluded: { ...rows.excluded, ...(droppedWords > 0 && { 'words without a token': droppedWords }) },
    },
    seed,
    runtime: provider === 'cpu' ? versions.runtime : { ...versions.runtime, 'execution provider': provider },
    notes: [
      ...model.notes,
      ...corpus.notes,
      ...notes,
      ...warningLines([...model.warnings, ...corpus.warnings, ...activations.notes]),
      ...(model.tokenizer ? sameTokenNotes(run.table, model.tokenizer) : []),
    ],
  });
}
