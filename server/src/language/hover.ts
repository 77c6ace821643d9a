/** Hovers on words of a corpus: what fires here. */
import type { Hover, HoverParams } from 'vscode-languageserver';
import type { WordFacts } from '../protocol/interactive';
import type { HoverData } from './hoverData';
import { hoverMarkdown } from './hoverMarkdown';
import type { HoverLinks } from './hoverLinks';
import type { StudyWindow, WindowCorpus } from './studyWindow';

/** A hover that is not ready by then says that it is being computed: within the 150 ms that are promised, the way to the editor included. */
const patienceMs = 140;

export class Hovers {
  readonly #window: StudyWindow;
  readonly #links: HoverLinks;
  readonly #patience: number;
  /** Settles, never rejects, with the job that runs. */
  #running: Promise<void> | undefined;

  /** Hovers that answer within `patience` milliseconds. */
  constructor(window: StudyWindow, links: HoverLinks, patience = patienceMs) {
    this.#window = window;
    this.#links = links;
    this.#patience = patience;
  }

  /**
   * What fires at a place. Null where no word is, on changed lines, and where models may not run. What is not ready in time is
   * a hover without a range that says so; when it can be asked for again, `settled` tells.
   */
  async at({ textDocument: { uri }, position }: HoverParams): Promise<Hover | null> {
    const window = this.#window;
    const corpus = window.corpusOf(uri);
    if (!corpus || window.model === null || !window.mayRun) return null;
    const line = window.alignment(corpus).corpusLine(position.line);
    if (line === undefined) return null;
    // The editor shows nothing at all until it is answered; after this long a word about what is being done is the better answer.
    const late = new Promise<'late'>((resolve) => setTimeout(resolve, this.#patience, 'late').unref());
    const computing = (): Hover => ({ contents: this.#shown({ kind: 'computing' }) });
    // A word that takes long must not be followed by a queue of all words that the mouse passed since.
    if (this.#running && (await Promise.race([this.#running, late])) === 'late') return computing();
    const found = await Promise.race([this.#facts(corpus, line, position.character), late]);
    if (found === 'late') return computing();
    if (!found || window.alignment(corpus).corpusLine(position.line) !== found.line) return null;
    const { pins, theme } = window;
    return {
      contents: this.#shown({ kind: 'ready', facts: found, line: position.line, pins, corpus: corpus.info.id, theme }),
      range: { start: { line: position.line, character: found.start }, end: { line: position.line, character: found.end } },
    };
  }

  /** When nothing is being computed any more. */
  async settled(): Promise<null> {
    while (this.#running) await this.#running;
    return null;
  }

  #facts(corpus: WindowCorpus, line: number, character: number): Promise<WordFacts | null> {
    const window = this.#window;
    const { pins, concept } = window;
    const facts = window.interactive.run('hover', {
      ...window.study(corpus),
      ...{ line, character, unchanged: window.alignment(corpus).unchanged, pins, concept },
      result: window.resultOf(corpus.info.id),
    });
    const settled = facts.then(
      () => undefined,
      () => undefined,
    );
    this.#running = settled;
    void settled.then(() => {
      if (this.#running === settled) this.#running = undefined;
    });
    return facts;
  }

  #shown(data: HoverData): Hover['contents'] {
    return { kind: 'markdown', value: hoverMarkdown(data, (link) => this.#links.issue(link)) };
  }
}
