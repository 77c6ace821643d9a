/** Analyses other than rankings: which, of which neurons, with which parameters; the run itself, and its page. */
import type { AnalysisForm, AnalysisJob } from '../../../server/src/protocol/analyses';
import { listAnalyses, listConcepts } from '../../../server/src/protocol/messages';
import { countText, counted } from '../../../server/src/protocol/counted';
import { InputError } from '../../../server/src/protocol/errors';
import { parseNeurons } from '../../../server/src/protocol/neurons';
import type { Progress } from '../../../server/src/protocol/workerMessages';
import { wasCancelled } from '../said';
import type { Choice } from '../ui';
import { ensureStudy } from './choose';
import { methodChoice } from './methods';
import { fillIn } from './parameterForm';
import { pickConcepts } from './rank';
import type { Action, CommandServices } from './services';

/** Asks for any number of analyses, and runs them in one pass. */
export const analyse: Action = async (services) =>
  whenFree(services, async () => {
    const forms = await services.session.ask(listAnalyses, {});
    const choices = forms.map((form) => ({ ...methodChoice(form), label: form.does }));
    const picked = await services.ui.pickMany(choices, {
      title: 'Analyses',
      placeholder: 'Tick what to run; all of it reads the activations once they are stored',
    });
    if (picked && picked.length > 0) await askAndRun(services, picked, undefined);
  });

/** The command for one analysis. `{ neurons, concepts }` as an argument are taken as the answers to all questions. */
export function analyseBy(job: AnalysisJob): Action {
  return async (services, argument) =>
    whenFree(services, async () => {
      const forms = await services.session.ask(listAnalyses, {});
      await askAndRun(
        services,
        forms.filter((form) => form.job === job),
        subjectIn(argument),
      );
    });
}

async function whenFree(services: CommandServices, work: () => Promise<void>): Promise<void> {
  const { running, ui } = services;
  if (running.now) return ui.tell(`${running.now.title} is still running.`, { title: 'Cancel', command: 'golgi.cancel' });
  if (await ensureStudy(services)) await work();
}

/** Everything that a run needs beside its parameters. */
interface Subject {
  /** Null for all neurons of the taps. */
  readonly neurons: string | null;
  readonly concepts: readonly string[];
  readonly contexts: readonly string[];
}

async function askAndRun(services: CommandServices, forms: readonly AnalysisForm[], given: Subject | undefined): Promise<void> {
  const subject = given ?? (await askSubject(services, forms));
  if (!subject) return;
  const parameters = given === undefined ? await fillIn(services.ui, forms, 'Run') : {};
  if (parameters) await run(services, forms, subject, parameters);
}

function subjectIn(argument: unknown): Subject | undefined {
  const { neurons, concepts } = (argument ?? {}) as { readonly neurons?: unknown; readonly concepts?: unknown };
  if (typeof neurons !== 'string') return undefined;
  return { neurons, concepts: Array.isArray(concepts) ? concepts.filter((each) => typeof each === 'string') : [], contexts: [] };
}

async function run(
  { study, running, ui, settings, resultFolder }: CommandServices,
  forms: readonly AnalysisForm[],
  subject: Subject,
  parameters: Awaited<ReturnType<typeof fillIn>> & object,
): Promise<void> {
  const title = forms.length === 1 ? (forms[0]?.does ?? '') : counted(forms.length, 'analysis');
  const analyses = forms.map(({ id }) => ({ method: id, parameters: parameters[id] ?? {} }));
  try {
    const file = await ui.progress(title, (report, stop) =>
      running.run(title, stop, (note, signal) => {
        const onProgress = (progress: Progress): void => {
          report(progress);
          note(progress);
        };
        return study.analyse({ ...subject, analyses, taps: settings().taps, resultFolder }, { signal, onProgress });
      }),
    );
    await ui.openResult(file);
  } catch (error) {
    if (!wasCancelled(error)) throw error;
    ui.tell('The analysis was stopped. Activations read so far are kept, so the next run is shorter.');
  }
}

async function askSubject(services: CommandServices, forms: readonly AnalysisForm[]): Promise<Subject | undefined> {
  const neurons = await askNeurons(services, forms);
  if (neurons === undefined) return undefined;
  const takes = (what: AnalysisForm['takes'][number]): boolean => forms.some((form) => form.takes.includes(what));
  const concepts = takes('concepts') ? await askConcepts(services) : [];
  const contexts = concepts && takes('contexts') ? await askContexts(services) : [];
  return concepts && contexts && { neurons, concepts, contexts };
}

/** Best neurons of a ranking that are offered together. */
const best = 10;

/** Which neurons: those at hand, all, or ids that are typed. Undefined when the person thought better of it. */
async function askNeurons(
  { ui, selection, study, settings }: CommandServices,
  forms: readonly AnalysisForm[],
): Promise<string | null | undefined> {
  const { focus, pins, marks, concept } = selection.now;
  const rankings = study.ranking?.rankings ?? [];
  const ranking = rankings.find((each) => each.concept === concept) ?? rankings[0];
  const top = ranking?.neurons.slice(0, best).map(({ id }) => id) ?? [];
  const some = (label: string, ids: readonly string[]): Choice<string>[] =>
    ids.length > 0
      ? [{ label, description: ids.length > 3 ? `${ids.slice(0, 3).join(', ')}, …` : ids.join(', '), value: ids.join(',') }]
      : [];
  const all = forms.every((form) => form.neurons === 'some or all');
  const choice = await ui.pick<string>(
    [
      ...some('The neuron in focus', focus ? [focus.neuron] : []),
      ...some(`${counted(marks.length, 'marked neuron')}`, marks),
      ...some(`${counted(pins.length, 'pinned neuron')}`, pins),
      ...some(`The best ${top.length} for ${ranking?.concept}`, top),
      ...(all ? [{ label: 'All neurons', description: `of the taps ${settings().taps.join(', ')}`, value: everything }] : []),
      { label: 'Other neurons…', description: 'ids and ranges, such as L3.ffn.0-63', value: typed },
    ],
    { title: 'Neurons', placeholder: 'Which neurons to look at' },
  );
  if (choice === everything) return null;
  if (choice !== typed) return choice;
  const text = await ui.ask({ title: 'Neurons', placeholder: 'L3.ffn.0-63, L4.hidden.7', value: focus?.neuron ?? '', wrong: wrongNeurons });
  return text === '' ? undefined : text;
}

const everything = 'all';
const typed = 'typed';

function wrongNeurons(text: string): string | undefined {
  try {
    return parseNeurons(text).length > 0 ? undefined : 'Write one or more, such as L3.ffn.0-63.';
  } catch (error) {
    if (error instanceof InputError) return `${error.problems[0].found}; expected ${error.problems[0].expected}.`;
    throw error;
  }
}

/** Which concepts; an empty list is all of the corpus. */
async function askConcepts(services: CommandServices): Promise<readonly string[] | undefined> {
  const choice = await services.ui.pick<'all' | 'some'>(
    [
      { label: 'All concepts of the corpus', description: 'and its frequent words', value: 'all' },
      { label: 'Choose concepts…', description: 'kept ones too', value: 'some' },
    ],
    { title: 'Concepts', placeholder: 'What neurons are compared with' },
  );
  if (choice === undefined) return undefined;
  return choice === 'all' ? [] : pickConcepts(services, 'Concepts');
}

/** Of what contexts are made. */
async function askContexts({ ui, session, study }: CommandServices): Promise<readonly string[] | undefined> {
  const corpus = study.openCorpus;
  if (!corpus) return undefined;
  const rows = await session.ask(listConcepts, { corpus: corpus.id });
  const values = new Map<string, number>();
  for (const { attribute } of rows) values.set(attribute, (values.get(attribute) ?? 0) + 1);
  const attributes = [...values].filter(([name, count]) => name !== '' && name !== 'rule' && count > 1);
  const picked = await ui.pickMany(
    [
      { label: 'word', description: 'the words themselves', picked: true, value: 'word' },
      ...attributes.map(([name, count]) => ({ label: name, description: `${countText(count)} values`, value: name })),
    ],
    { title: 'Contexts', placeholder: 'Of what contexts are made; each is a table of its own' },
  );
  return picked && picked.length > 0 ? picked : undefined;
}
