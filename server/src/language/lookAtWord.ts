/** What fires at a word of a document: for the line "Here", and for who cannot rest a pointer on it. */
import type { CancellationToken } from 'vscode-languageserver';
import type { LookAtWordParams, NeuronsOfWord, WordLook } from '../protocol/messages';
import { signalOf, stopIfCancelled } from './requests';
import type { StudyWindow } from './studyWindow';

/** The neurons at a word with value and percentile, the one asked for first. Null where no unchanged word is. */
export function wordViewer(window: StudyWindow) {
  return async ({ corpus: id, line, character, neuron }: LookAtWordParams, token: CancellationToken): Promise<WordLook | null> => {
    window.refuseUnlessRunnable();
    const corpus = window.corpus(id);
    const asked = window.alignment(corpus);
    const own = asked.corpusLine(line);
    if (own === undefined) return null;
    const params = {
      ...window.study(corpus),
      ...{ line: own, character, unchanged: asked.unchanged, pins: neuron === null ? [] : [neuron], concept: window.concept },
      result: window.resultOf(id),
    };
    const facts = await window.interactive.run('hover', params, { signal: signalOf(token) });
    stopIfCancelled(token);
    // Whatever was typed while the worker answered counts.
    if (!facts || window.alignment(corpus).corpusLine(line) !== facts.line) return null;
    return {
      text: facts.text,
      firstPosition: facts.firstPosition,
      line,
      start: facts.start,
      end: facts.end,
      neurons: facts.neurons.map(({ concept, ...at }) => ({ ...at, concept: concept?.concept ?? null, side: sideOf(at.percentile) })),
    };
  };
}

/** The neurons that are unusual wherever a word stands in a corpus. */
export function wordSearcher(window: StudyWindow) {
  return async (
    { corpus: id, text }: { readonly corpus: string; readonly text: string },
    token: CancellationToken,
  ): Promise<NeuronsOfWord> => {
    window.refuseUnlessRunnable();
    const params = { ...window.study(window.corpus(id)), text, result: window.resultOf(id) };
    return window.interactive.run('word-neurons', params, { signal: signalOf(token) });
  };
}

function sideOf(percentile: number): 'high' | 'low' {
  return percentile < 50 ? 'low' : 'high';
}
