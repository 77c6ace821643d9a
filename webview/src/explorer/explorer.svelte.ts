/** The explorer's state: the last snapshot of the host, and what is open here. */
import { exampleTabs } from '../../../server/src/protocol/views';
import type { ExampleTab, FromExplorer, ToExplorer } from '../../../server/src/protocol/views';
import type { Host } from '../shared/host';
import { connect } from '../shared/host';
import { readSnapshot } from './messages';

export type SectionName = 'distribution' | 'concepts' | 'examples' | 'compared' | 'words' | 'source';

export class Explorer {
  /** What lies below is drawn when what is seen first has been: the first neuron is there sooner. */
  isWhole = $state(false);
  snapshot = $state.raw<ToExplorer>();
  #closed = $state<readonly string[]>([]);
  #tab = $state<ExampleTab>('bands');
  readonly #host: Host<FromExplorer>;

  constructor() {
    this.#host = connect<ToExplorer, FromExplorer>(readSnapshot, (snapshot) => (this.snapshot = snapshot));
    const kept = this.#host.recall();
    if (Array.isArray(kept.closed)) this.#closed = kept.closed.filter((name) => typeof name === 'string');
    this.#tab = exampleTabs.find((tab) => tab === kept.tab) ?? 'bands';
    this.send({ type: 'examples', tab: this.#tab });
  }

  /** Tells the host what the person wants; the answer comes as a snapshot. */
  readonly send = (intent: FromExplorer): void => this.#host.post(intent);

  isOpen(section: SectionName): boolean {
    return !this.#closed.includes(section);
  }

  toggle(section: SectionName): void {
    this.#closed = this.isOpen(section) ? [...this.#closed, section] : this.#closed.filter((name) => name !== section);
    this.#keep();
  }

  get tab(): ExampleTab {
    return this.#tab;
  }

  set tab(tab: ExampleTab) {
    this.#tab = tab;
    this.send({ type: 'examples', tab });
    this.#keep();
  }

  #keep(): void {
    this.#host.keep({ closed: this.#closed, tab: this.#tab });
  }
}
