/**
 * Analyses other than rankings, as the editor asks for them and keeps them: what forms ask, which jobs a run is made of, and
 * the content of a `*.golgi-analysis.json`.
 */
import type { FormulaTree } from './explain';
import type { Problem } from './errors';
import type { Jobs } from './jobs';
import type { Observed } from './messages';
import type { MethodCard } from './methodCard';
import type { Tap } from './neurons';

/** Jobs whose result a page shows. */
export type AnalysisJob = 'explain' | 'propose' | 'align' | 'contexts' | 'omission' | 'neuron';

/** What a person must say before an analysis can run; everything in it comes from the method's descriptor. */
export interface AnalysisForm extends MethodCard {
  readonly job: AnalysisJob;
  /** What it does, as a command says it: `Explain neurons by formulas`. */
  readonly does: string;
  /** Whether it takes all neurons of the taps when none is named. */
  readonly neurons: 'some' | 'some or all';
  /** Whether it can be told which concepts, and of which annotation contexts are made. */
  readonly takes: readonly ('concepts' | 'contexts')[];
}

/** One analysis of a run. */
export interface AskedAnalysis {
  readonly method: string;
  /** As a person writes them; what is not named has its default. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface RunAnalysesParams extends Observed {
  readonly corpus: string;
  /** They run one after the other over the same stored activations, into one file. */
  readonly analyses: readonly AskedAnalysis[];
  /** Null for all neurons of the taps. */
  readonly neurons: string | null;
  readonly taps: readonly Tap[];
  /** Concepts that formulas are made of; none: all of the corpus. */
  readonly concepts: readonly string[];
  /** Of what contexts are made: `word`, or attributes of the corpus. */
  readonly contexts: readonly string[];
  /** Where the file goes; a folder of the extension's own storage. */
  readonly resultFolder: string;
}

/** What stands above a result. */
export interface AnalysisHead {
  /** The method, by which its card is shown. */
  readonly method: string;
  readonly title: string;
  /** What its numbers rest on. */
  readonly evidence: string;
}

/** A job of a run. */
export type PlannedAnalysis = AnalysisHead &
  { readonly [J in AnalysisJob]: { readonly job: J; readonly params: Jobs[J]['params'] } }[AnalysisJob];

/** What came of a job; where several were asked for, one that refuses its input does not take the others with it. */
export type AnalysisOutcome = AnalysisHead &
  (
    | { readonly [J in AnalysisJob]: { readonly job: J; readonly result: Jobs[J]['result'] } }[AnalysisJob]
    | { readonly job: 'refused'; readonly problems: readonly Problem[] }
  );

export const analysisSchema = 'golgi-analysis/1';

/** The model and the text of a run. */
export interface AnalysedStudy {
  readonly model: string;
  readonly corpus: { readonly name: string; readonly hash: string; readonly sentences: number; readonly words: number };
}

/** The content of a `*.golgi-analysis.json`. */
export interface AnalysisFile extends AnalysedStudy {
  readonly schema: typeof analysisSchema;
  readonly golgi: string;
  readonly created: string;
  readonly elapsedMs: number;
  readonly outcomes: readonly AnalysisOutcome[];
}

export interface AnalyseToFileParams {
  readonly file: string;
  readonly study: AnalysedStudy;
  readonly analyses: readonly PlannedAnalysis[];
}

/** A formula with the concepts themselves in place of their numbers: `["or", "upos=NOUN", ["not", "rule:digit"]]`. */
export type NamedFormula = string | readonly ['or' | 'and', NamedFormula, NamedFormula] | readonly ['not', NamedFormula];

/** A neuron and the formula that explains it, as far as telling on which words the two disagree takes. */
export interface ExplainedNeuron {
  readonly neuron: string;
  readonly direction: 1 | -1;
  /** Beyond it, in that direction, the neuron is active. */
  readonly threshold: number;
  readonly formula: NamedFormula;
}

/** A formula by the names of its atoms. Undefined where one is not among them. */
export function namedFormula(tree: FormulaTree, atoms: readonly { readonly name: string }[]): NamedFormula | undefined {
  if (typeof tree === 'number') return atoms[tree]?.name;
  const [first, second] = [namedFormula(tree[1], atoms), tree[0] === 'not' ? undefined : namedFormula(tree[2], atoms)];
  if (first === undefined) return undefined;
  if (tree[0] === 'not') return ['not', first];
  return second === undefined ? undefined : [tree[0], first, second];
}
