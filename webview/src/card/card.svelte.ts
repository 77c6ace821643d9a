/** The card's state: the last snapshot of the host. */
import type { FromCard, ToCard } from '../../../server/src/protocol/views';
import type { Host } from '../shared/host';
import { connect } from '../shared/host';
import { readCard } from './messages';

export class Card {
  snapshot = $state.raw<ToCard>();
  readonly #host: Host<FromCard>;

  constructor() {
    this.#host = connect<ToCard, FromCard>(readCard, (snapshot) => (this.snapshot = snapshot));
  }

  /** Tells the host what the person wants; the answer comes as a snapshot. */
  readonly send = (intent: FromCard): void => this.#host.post(intent);
}
