/** Edits of neurons on the command line: the flags of verbs that run a model, and how they become params of jobs. */
import { parseEdit } from '../protocol/edits';
import type { Edit } from '../protocol/edits';
import { readEach } from '../protocol/errors';
import type { CorpusRef } from '../protocol/sources';
import { usageError } from './flags';
import type { Flags, Parsed } from './flags';
import { corpusFlags, corpusRef } from './inputs';
import { absolute } from './paths';

export const editFlags = {
  edit: {
    type: 'string',
    multiple: true,
    value: 'EDIT',
    help: 'change neurons: ID=0, ID=mean, ID=1.5, ID*=2, ID+=0.5, ID+=file:v.npy, ID<=3, ID>=-1, ID=text:"…" (what they are in another text), each with @3, @2-5, @last or @word:"the"; applied in order',
  },
  corpus: { ...corpusFlags.corpus, help: 'what ID=mean is the mean over (default: the texts themselves)' },
  format: corpusFlags.format,
  labels: corpusFlags.labels,
  columns: corpusFlags.columns,
  'skip-invalid': corpusFlags['skip-invalid'],
} as const satisfies Flags;

/** `--edit` and the corpus of means. Throws EDIT_SYNTAX and NEURON_SYNTAX with all that is wrong. */
export function editsOf(verb: string, values: Parsed<typeof editFlags>): { readonly edits: Edit[]; readonly meanOver?: CorpusRef } {
  const edits = readEach(values.edit, parseEdit).map(withAbsolutePath);
  if (values.corpus === undefined) return { edits };
  if (!edits.some(({ amount }) => amount.kind === 'mean')) throw usageError(verb, '--corpus without an edit to a mean', '--edit ID=mean');
  return { edits, meanOver: corpusRef(verb, values) };
}

function withAbsolutePath(edit: Edit): Edit {
  return edit.amount.kind === 'file' ? { ...edit, amount: { ...edit.amount, path: absolute(edit.amount.path) } } : edit;
}
