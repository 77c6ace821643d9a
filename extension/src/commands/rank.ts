/** Ranking neurons for concepts: what to ask, the run itself, and where its result is shown. */
import type { ConceptRow } from '../../../server/src/protocol/jobs';
import type { Progress } from '../../../server/src/protocol/workerMessages';
import { listConcepts } from '../../../server/src/protocol/messages';
import type { RankNeuronsParams } from '../../../server/src/protocol/messages';
import { countText } from '../../../server/src/protocol/counted';
import { isNumberTitle, numberTitle } from '../../../server/src/protocol/numbers';
import { tagMeaning } from '../../../server/src/protocol/tagNames';
import { wasCancelled } from '../said';
import type { Choice } from '../ui';
import { ensureStudy } from './choose';
import type { Action, CommandServices } from './services';

/** Ranks by the methods of the settings; asks for concepts unless they are given. */
export const rankNeurons: Action = (services, argument) => rankConcepts(services, { methods: services.settings().methods }, argument);

/** By which methods, and with which of their parameters. */
type How = Pick<RankNeuronsParams, 'methods' | 'parameters' | 'targets'>;

/** Asks for concepts unless they are given, ranks, and opens the concept table. */
export async function rankConcepts(services: CommandServices, how: How, argument?: unknown): Promise<void> {
  const { study, selection, running, ui, settings, resultFolder } = services;
  const given = conceptsIn(argument);
  if (running.now) return ui.tell(`${running.now.title} is still running.`, { title: 'Cancel', command: 'golgi.cancel' });
  if (!(await ensureStudy(services))) return;
  const concepts = given ?? (await pickConcepts(services, 'Rank Neurons for Concept'));
  const subjects = [...(concepts ?? []), ...(how.targets ?? []).map(numberTitle)];
  if (!concepts || subjects.length === 0) return;
  const { taps } = settings();
  const title = subjects.length === 1 ? `Ranking neurons for ${subjects[0]}` : `Ranking neurons for ${subjects.length} concepts`;
  try {
    const result = await ui.progress(title, (report, stop) =>
      running.run(title, stop, (note, signal) => {
        const onProgress = (progress: Progress): void => {
          report(progress);
          note(progress);
        };
        return study.rank({ concepts, ...how, taps, resultFolder }, { signal, onProgress });
      }),
    );
    // No word carries a number, so that none can be in focus.
    const first = result.rankings.find(({ concept }) => !isNumberTitle(concept));
    if (first) selection.send({ type: 'concept', concept: first.concept });
    await ui.openResult(result.file);
  } catch (error) {
    if (!wasCancelled(error)) throw error;
    ui.tell('Ranking stopped. Activations read so far are kept, so the next run is shorter.');
  }
}

/** Stops the analysis that runs. */
export const cancel: Action = ({ running, ui }) => {
  if (!running.cancel()) ui.tell('No analysis is running.');
};

/** Asks for concepts of the open corpus, kept ones before its own. */
export async function pickConcepts(
  { session, study, ui, concepts: kept }: CommandServices,
  title: string,
): Promise<readonly string[] | undefined> {
  const corpus = study.openCorpus;
  if (!corpus) return undefined;
  const rows = session.ask(listConcepts, { corpus: corpus.id }).then((concepts) => [...kept.choices, ...concepts.map(conceptChoice)]);
  return ui.pickSome(rows, {
    title: `${title}: ${countText(corpus.words)} words`,
    placeholder: 'Type a concept, such as past, plural or upos=NOUN; tick several to compare them',
  });
}

/** A concept as a row: what it means, how many words carry it, and who says so. */
function conceptChoice({ concept, count, words, source, tagger, reliability, note }: ConceptRow): Choice<string> {
  const who = source === 'gold' ? 'gold' : [source, tagger, reliability].filter(Boolean).join(', ');
  const carriers = `${countText(count)} of ${countText(words)} words`;
  return {
    label: concept,
    description: [tagMeaning(concept), carriers].filter(Boolean).join(' · '),
    detail: [who, note].filter(Boolean).join('; '),
    value: concept,
  };
}

function conceptsIn(argument: unknown): readonly string[] | undefined {
  const concepts = (argument as { readonly concepts?: unknown } | undefined)?.concepts;
  return Array.isArray(concepts) ? concepts.filter((concept) => typeof concept === 'string') : undefined;
}
