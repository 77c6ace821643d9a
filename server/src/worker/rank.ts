import { parseConcept } from '../corpus/concepts/concept';
import type { Concept } from '../corpus/concepts/concept';
import { numbersOf } from '../corpus/concepts/numbers';
import { checkConcepts, conceptRows, numberRows, rowFacts } from '../study/labels';
import { checkQuestions, chooseMethods, rank as rankRows, withControl } from '../study/ranking';
import type { Fit } from '../study/ranking';
import { sentenceNote, sentenceUnits } from '../study/sentenceUnits';
import { problem, readEach, refuseAll, shown } from '../protocol/errors';
import type { EvidenceOptions, RankParams } from '../protocol/jobs';
import type { AnalysisResult } from '../protocol/results';
import { obtainActivations } from './activations';
import { isCausal } from './causality';
import { controlOf } from './control';
import type { ModelIdentity } from './identity';
import { keptFits } from './keptFits';
import { openCorpus, withTagsFor } from './openCorpus';
import { openModel } from './openModel';
import type { OpenModel } from './openModel';
import { provenanceOf } from './provenance';
import { rankMatrix } from './rankMatrix';
import { rankWeights } from './rankWeights';
import { runtimeKernels } from '../runtime/kernels';
import type { JobContext, JobHandler } from './serve';

type ModelSource = Extract<RankParams['source'], { kind: 'model' }>;

/** Neurons of concepts: over a model and a corpus, or over somebody's matrix. */
export const rank: JobHandler<'rank'> = async (params, context) => rankAndHear(params, context);

/** The same; `onFit` hears of fits that have weights. */
export async function rankAndHear(params: RankParams, context: JobContext, onFit?: (fit: Fit) => void): Promise<AnalysisResult> {
  const { source } = params;
  if (source.kind === 'weights') return rankWeights(params, source.weights, source.cache, context.signal);
  return source.kind === 'matrix' ? rankMatrix(params, source, context, onFit) : rankModel(params, source, context, onFit);
}

async function rankModel(
  params: RankParams,
  source: ModelSource,
  context: JobContext,
  onFit: ((fit: Fit) => void) | undefined,
): Promise<AnalysisResult> {
  // What can be refused without opening anything is refused first.
  const methods = chooseMethods(params.methods);
  const concepts = readEach(params.concepts, parseConcept);
  const targets = params.targets ?? [];
  checkQuestions(methods, { concepts: params.concepts, targets });
  const model = openModel(source.model);
  refuseCase(model, concepts);
  const plain = await openCorpus(source.corpus, context);
  const corpus = await withTagsFor(plain, concepts);
  checkConcepts(concepts, corpus);
  readEach(targets, (target) => numbersOf(target, corpus));
  const notes = params.againstAttribute ? againstNotes(concepts) : [];
  const kernels = runtimeKernels();
  const rankOn = async (subject: OpenModel, evidence: EvidenceOptions): Promise<{ result: AnalysisResult; identity: ModelIdentity }> => {
    const activations = await obtainActivations(subject, corpus, source.activations, source, context);
    const { run, identity } = activations;
    const skipFirst = source.firstPosition ? source.firstPosition === 'skip' : (await isCausal(subject)) === true;
    const rows = rowFacts(corpus, run.table, skipFirst);
    const numbers = targets.map((target) => numberRows(target, corpus, rows));
    const said = [...notes, ...numbers.flatMap((each) => each.notes), ...(params.unit ? [sentenceNote] : [])];
    const provenance = provenanceOf({
      model: subject,
      corpus,
      activations,
      spec: { ...source.activations, unit: params.unit },
      rows,
      seed: evidence.seed,
      notes: said,
    });
    if (subject === model) context.onBegun({ provenance: provenance(0), neurons: run.taps.reduce((sum, { width }) => sum + width, 0) });
    const request = {
      parts: run.taps.map(({ point }) => ({ point, matrix: run.matrix(point) })),
      concepts: [...concepts.map((concept) => conceptRows(concept, corpus, rows, params.againstAttribute)), ...numbers],
      methods,
      // Of a control only the scores are compared.
      ...(subject === model && { words: rows.type }),
      types: rows.type,
      split: params.split,
      kernels,
      keepFits: keptFits(source.cache),
      forms: rows.forms,
      groups: rows.sentence,
      evidence,
      provenance,
      onFit,
      signal: context.signal,
      onProgress: context.onProgress,
    };
    const result = await rankRows(params.unit ? sentenceUnits(request) : request);
    return { result, identity };
  };
  try {
    const { result, identity } = await rankOn(model, params.evidence);
    if (!params.control) return result;
    const { seed } = params.evidence;
    const control = await rankOn(controlOf(model, identity, { cache: source.cache, seed }), { nullRounds: 0, intervals: 0, seed });
    return withControl(result, control.result, seed);
  } finally {
    await kernels.release();
  }
}

/** What `--against attribute` means for these concepts: word lists, patterns and rules have no attribute to stand against. */
function againstNotes(concepts: readonly Concept[]): string[] {
  const others = concepts.filter(({ kind }) => kind !== 'attribute').map(({ name }) => shown(name, 80));
  return [
    ...(others.length < concepts.length ? ['negatives are only words that carry the same attribute'] : []),
    ...(others.length > 0 ? [`against all other words, since they rest on no attribute: ${others.join(', ')}`] : []),
  ];
}

/** A tokenizer that lower-cases makes every question about case meaningless. Throws CONCEPT_CASE for all such concepts. */
function refuseCase({ tokenizer, folder }: OpenModel, concepts: readonly Concept[]): void {
  if (!tokenizer?.lowercases) return;
  const asked = concepts.filter(({ needsCase }) => needsCase);
  refuseAll(
    asked.map((concept) =>
      problem(
        'CONCEPT_CASE',
        { file: folder.path, flag: `--concept ${shown(concept.name, 80)}` },
        {
          found: 'a concept of upper and lower case, and a tokenizer that turns all letters into lower case',
          expected: 'a concept that the model can see',
          remedy: remedyOfCase(concept),
        },
      ),
    ),
  );
}

/** Lists and patterns can be asked without their capitals; a rule of case cannot. */
function remedyOfCase({ kind }: Concept): string {
  if (kind === 'words' || kind === 'phrase') return 'write it in small letters, which match in any case, or use a cased model';
  if (kind === 'pattern') return 'let the pattern ignore case, as in regex:/…/i, or use a cased model';
  return 'leave it out, or use a cased model';
}
