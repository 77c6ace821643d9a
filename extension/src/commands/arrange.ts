/** How the tree of rankings is arranged: its groups, the method whose scores it shows, and the tap. */
import { parseTap, taps } from '../../../server/src/protocol/neurons';
import type { Tap } from '../../../server/src/protocol/neurons';
import type { Arrangement } from '../rankingTree';
import type { Choice } from '../ui';
import type { Action } from './services';

const groups: readonly (Choice<Arrangement['by']> & { readonly value: Arrangement['by'] })[] = [
  { label: 'Concept', description: 'the neurons that mark each concept, best first', value: 'concept' },
  { label: 'Layer', description: 'the neurons of each layer, with the concept that each marks best', value: 'layer' },
  { label: 'This Line', description: 'what is most unusual on the line of the cursor, which is followed', value: 'line' },
];

export const groupRankings: Action = async ({ rankings, ui }, argument) => {
  const given = groups.find(({ value }) => value === argument)?.value;
  const choices = groups.map((group) => ({ ...group, label: mark(group.label, group.value === rankings.arrangement.by) }));
  const by = given ?? (await ui.pick(choices, { title: 'Group Rankings by', placeholder: 'What stands together' }));
  if (by) rankings.arrange({ by });
};

export const chooseScore: Action = async ({ rankings, study, ui }) => {
  const titles = new Map((study.ranking?.rankings ?? []).map(({ method, title }) => [method, title]));
  const [first] = titles.keys();
  if (first === undefined) return ui.tell('Nothing is ranked yet.', { title: 'Rank Neurons', command: 'golgi.rankNeurons' });
  const shown = rankings.arrangement.method ?? first;
  const choices = [...titles].map(([method, title]) => ({ label: mark(title, method === shown), description: method, value: method }));
  const method = await ui.pick(choices, { title: 'Score of Rankings', placeholder: 'The method whose scores and order the tree shows' });
  if (method !== undefined) rankings.arrange({ method });
};

export const chooseRankedTap: Action = async ({ rankings, study, ui }) => {
  const ranked = (study.ranking?.rankings ?? []).flatMap(({ neurons }) => neurons.map(({ id }) => parseTap(id.replace(/\.\d+$/, ''))?.tap));
  const known = taps.filter((tap) => ranked.includes(tap));
  const { tap: shown } = rankings.arrangement;
  const all: Choice<Tap | 'all'> = { label: mark('All Taps', shown === null), value: 'all' };
  const choices = [all, ...known.map((tap): Choice<Tap | 'all'> => ({ label: mark(tap, tap === shown), value: tap }))];
  const tap = await ui.pick(choices, { title: 'Tap of Rankings', placeholder: 'Where in a block the listed neurons are' });
  if (tap !== undefined) rankings.arrange({ tap: tap === 'all' ? null : tap });
};

/** What is shown now has a tick. */
function mark(label: string, isShown: boolean): string {
  return isShown ? `$(check) ${label}` : label;
}
