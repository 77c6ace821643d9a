/** Concepts that were kept. */
import type { Action } from './services';

/** Forgets one that is chosen. */
export const forgetConcept: Action = async ({ concepts, ui }) => {
  if (concepts.all.length === 0) return ui.tell('No concept is kept.', { title: 'Propose Concepts', command: 'golgi.proposeConcepts' });
  const concept = await ui.pick(concepts.choices, { title: 'Forget Kept Concept', placeholder: 'Results that were made with it stay' });
  if (concept !== undefined) concepts.forget(concept);
};
