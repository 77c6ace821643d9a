/** The concept table's state: the result, what is chosen, sorted and typed here, and the cell that has the focus. */
import type { AnalysisResult } from '../../../server/src/protocol/results';
import type { FromTable, Selection, ToTable } from '../../../server/src/protocol/views';
import type { Host } from '../shared/host';
import { connect } from '../shared/host';
import { methodsOf, tableColumns } from './columns';
import type { FacetChoice } from './facets';
import { chooseRows } from './facets';
import { readFilter } from './filter';
import { readMessage } from './messages';
import type { SortKey } from './order';
import { nextKeys, sortRows } from './order';
import type { ResultFailure } from './resultBytes';
import { isFailure, readResult } from './resultBytes';

type Content =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'failed'; readonly failure: ResultFailure }
  | { readonly kind: 'ready'; readonly result: AnalysisResult };

/** A cell by place: row −1 is the header. */
export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

export class ConceptTable {
  content = $state.raw<Content>({ kind: 'waiting' });
  selection = $state.raw<Selection | null>(null);
  #method = $state('');
  #filter = $state('');
  #keys = $state.raw<readonly SortKey[]>([]);
  #choice = $state.raw<FacetChoice>({ layers: [], hiddenTaps: [], hiddenSides: [], withinLuck: false });
  cell = $state.raw<CellPlace>({ row: 0, column: 0 });
  readonly #host: Host<FromTable>;

  readonly methods = $derived(this.content.kind === 'ready' ? methodsOf(this.content.result) : []);
  readonly method = $derived(this.methods.find(({ id }) => id === this.#method)?.id ?? this.methods[0]?.id ?? '');
  readonly columns = $derived(this.content.kind === 'ready' ? tableColumns(this.content.result, this.method) : null);
  /** Neurons better than luck in any concept. */
  readonly standing = $derived(this.columns?.stands.reduce((sum, one) => sum + one, 0) ?? 0);
  /** Where nothing stands out everything is shown, and there is nothing to choose. */
  readonly choice = $derived(this.standing === 0 ? { ...this.#choice, withinLuck: true } : this.#choice);
  readonly parts = $derived(this.columns ? readFilter(this.#filter, this.columns) : []);
  readonly chosen = $derived(this.columns ? chooseRows(this.columns, this.parts, this.choice) : null);
  readonly rows = $derived(this.columns && this.chosen ? sortRows(this.columns, this.chosen.rows, this.keys) : new Uint32Array());

  constructor() {
    this.#host = connect<ToTable, FromTable>(readMessage, (message) => this.#receive(message));
    const kept = this.#host.recall();
    if (typeof kept.method === 'string') this.#method = kept.method;
    if (typeof kept.filter === 'string') this.#filter = kept.filter;
  }

  readonly send = (intent: FromTable): void => this.#host.post(intent);

  get filter(): string {
    return this.#filter;
  }

  set filter(line: string) {
    this.#filter = line;
    this.#changed();
  }

  get keys(): readonly SortKey[] {
    return this.#keys;
  }

  sortBy(concept: number, add: boolean): void {
    this.#keys = nextKeys(this.#keys, concept, add);
    this.#changed();
  }

  chooseMethod(id: string): void {
    this.#method = id;
    this.#keys = [];
    this.#changed();
  }

  choose(change: Partial<FacetChoice>): void {
    this.#choice = { ...this.#choice, ...change };
    this.#changed();
  }

  /** The neuron in the focused cell. */
  get neuron(): number | undefined {
    return this.rows[Math.max(0, this.cell.row)];
  }

  /** Says where the focus is: the other views follow. */
  tell(explore: boolean): void {
    const ranking = this.columns?.rankings[this.cell.column];
    const neuron = this.neuron;
    if (!ranking || neuron === undefined) return;
    const side = ranking.direction[neuron] === -1 ? 'low' : 'high';
    this.send({ type: 'focus', neuron: this.columns?.neurons[neuron] ?? '', side, concept: ranking.concept, explore });
  }

  #changed(): void {
    this.cell = { row: 0, column: this.cell.column };
    this.#host.keep({ method: this.method, filter: this.#filter });
  }

  #receive(message: ToTable): void {
    if (message.type === 'failed') {
      this.content = { kind: 'failed', failure: { title: message.message, text: message.remedy, code: message.code } };
      return;
    }
    if (message.type === 'result') {
      const read = readResult(message.bytes);
      this.#keys = [];
      this.cell = { row: 0, column: 0 };
      this.content = isFailure(read) ? { kind: 'failed', failure: read } : { kind: 'ready', result: read };
    }
    this.selection = message.selection;
    this.#follow(message.selection);
  }

  /** Moves the focus to what was chosen elsewhere, where this table has it. */
  #follow({ focus, concept }: Selection): void {
    if (!this.columns || !focus) return;
    const row = this.rows.findIndex((neuron) => this.columns?.neurons[neuron] === focus.neuron);
    const column = this.columns.rankings.findIndex((ranking) => ranking.concept === concept);
    if (row >= 0) this.cell = { row, column: column < 0 ? this.cell.column : column };
  }
}
