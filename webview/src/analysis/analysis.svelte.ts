/** The state of the page of analyses: what the file holds, which of it is open, and what the window says of it. */
import type { AnalysisWindow, FromAnalysis, ToAnalysis } from '../../../server/src/protocol/views';
import type { Host } from '../shared/host';
import { connect } from '../shared/host';
import type { AnalysisFailure, AnalysisPages } from './content';
import { readAnalysis } from './content';
import { readMessage } from './messages';
import { paintKey } from './paintKey';

type Content =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'failed'; readonly failure: AnalysisFailure }
  | { readonly kind: 'ready'; readonly file: AnalysisPages };

export class Analysis {
  content = $state.raw<Content>({ kind: 'waiting' });
  window = $state.raw<AnalysisWindow>({ corpus: null, painted: null, kept: [], focus: null });
  #tab = $state(0);
  readonly #host: Host<FromAnalysis>;

  readonly pages = $derived(this.content.kind === 'ready' ? this.content.file.pages : []);
  readonly page = $derived(this.pages[Math.min(this.#tab, this.pages.length - 1)]);
  /** Whether words lead into the text that is open. */
  readonly leadsToText = $derived(this.content.kind === 'ready' && this.content.file.corpus === this.window.corpus);
  /** What is painted and kept now, by which buttons know that they are on. */
  readonly on = $derived([...this.window.kept, ...(this.window.painted ? [paintKey(this.window.painted)] : [])]);

  constructor() {
    this.#host = connect<ToAnalysis, FromAnalysis>(readMessage, (message) => this.#receive(message));
    const { tab } = this.#host.recall();
    if (typeof tab === 'number' && tab >= 0) this.#tab = tab;
  }

  readonly send = (intent: FromAnalysis): void => this.#host.post(intent);

  choose(tab: number): void {
    this.#tab = tab;
    this.#host.keep({ tab });
  }

  #receive(message: ToAnalysis): void {
    if (message.type === 'failed') {
      this.content = { kind: 'failed', failure: { title: message.message, text: message.remedy, code: message.code } };
      return;
    }
    this.window = message.window;
    if (message.type === 'window') return;
    const read = readAnalysis(message.bytes);
    this.content = 'title' in read ? { kind: 'failed', failure: read } : { kind: 'ready', file: read };
  }
}
