/** Hovers on words of a corpus: what fires here. */
import type { Hover, HoverParams } from 'vscode-languageserver';
import type { WordFacts } from '../protocol/interactive';
import type { HoverData } from './hoverData';
import { hoverMarkdown } from './hoverMarkdown';
import type { HoverLinks } from './hoverLinks';
import type { StudyWindow } from './studyWindow';

/** A hover that is not ready by then says that it is being computed, and is there the next time. */
const patienceMs = 150;

/** Answers within `patience` milliseconds. Null where no word is, on changed lines, and where models may not run. */
export function hoverHandler(window: StudyWindow, links: HoverLinks, patience = patienceMs) {
  let running: Promise<unknown> | undefined;
  return async ({ textDocument: { uri }, position }: HoverParams): Promise<Hover | null> => {
    const corpus = window.corpusOf(uri);
    if (!corpus || window.model === null || !window.mayRun) return null;
    const asked = window.alignment(corpus);
    const line = asked.corpusLine(position.line);
    if (line === undefined) return null;
    const { theme } = window;
    const late = new Promise<'late'>((resolve) => setTimeout(resolve, patience, 'late').unref());
    const show = (data: HoverData): Hover['contents'] => ({
      kind: 'markdown',
      value: hoverMarkdown(data, (link) => links.issue(link)),
    });
    // A word that takes long must not be followed by a queue of all words that the mouse passed since.
    if (running && (await Promise.race([running, late])) === 'late') return { contents: show({ kind: 'computing', word: null, theme }) };
    const { pins, concept } = window;
    const facts = window.interactive.run('hover', {
      ...window.study(corpus),
      ...{ line, character: position.character, unchanged: asked.unchanged, pins, concept },
      result: window.results.get(corpus.info.id) ?? null,
    });
    const settled = facts.then(
      () => undefined,
      () => undefined,
    );
    running = settled;
    void settled.then(() => {
      if (running === settled) running = undefined;
    });
    const found: WordFacts | null | 'late' = await Promise.race([facts, late]);
    if (found === 'late') return { contents: show({ kind: 'computing', word: null, theme }) };
    const now = window.alignment(corpus);
    if (!found || now.corpusLine(position.line) !== found.line) return null;
    return {
      contents: show({ kind: 'ready', facts: found, pins, corpus: corpus.info.id, theme }),
      range: { start: { line: position.line, character: found.start }, end: { line: position.line, character: found.end } },
    };
  };
}
