/** The concept table's state: the result, what is chosen, sorted, arranged and typed here, and the cell that has the focus. */
import type { FromTable, Selection, ToTable } from '../../../server/src/protocol/views';
import type { Host } from '../shared/host';
import { breather, turn } from '../shared/breather';
import { connect } from '../shared/host';
import { arrangedColumns } from './columns';
import type { Content, TableResult } from './content';
import { readTable } from './content';
import { Echoes } from './echoes';
import type { FacetChoice } from './facets';
import { chooseRows, everything } from './facets';
import { readFilter } from './filter';
import type { Layout } from './layout';
import { clampWidth, columnOrder, moveColumn, readLayout, usualLayout, usualWidth } from './layout';
import { readMessage } from './messages';
import type { SortKey } from './order';
import { nextKeys, sortRows } from './order';
import { isFailure } from './resultBytes';

/** A cell by place: row −1 is the header. */
export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

export class ConceptTable {
  content = $state.raw<Content>({ kind: 'waiting' });
  /** A file is on its way to the eye. */
  isBusy = $state(false);
  /** Rows are drawn after what stands around them, so that neither keeps the page from its frames. */
  hasRows = $state(false);
  #result = $state.raw<TableResult | null>(null);
  selection = $state.raw<Selection | null>(null);
  #method = $state('');
  #filter = $state('');
  #keys = $state.raw<readonly SortKey[]>([]);
  #choice = $state.raw<FacetChoice>(everything);
  #onlyMarked = $state(false);
  /** Whether charts are shown in place of the table; null while nobody has chosen. */
  #charts = $state<boolean | null>(null);
  #layout = $state.raw<Layout>(usualLayout);
  cell = $state.raw<CellPlace>({ row: 0, column: 0 });
  /** The file that is read or shown. */
  #reading: Uint8Array | null = null;
  readonly #host: Host<FromTable>;
  readonly #echoes = new Echoes();

  readonly methods = $derived(this.#result?.methods ?? []);
  readonly method = $derived(this.methods.find(({ id }) => id === this.#method)?.id ?? this.methods[0]?.id ?? '');
  /** What carries a concept, in the plural: `words`, `tokens`, `rows`. */
  readonly units = $derived(`${this.#result?.unit ?? 'word'}s`);
  /** What was fitted is looked at as curves first. */
  readonly charts = $derived.by(() => this.#charts ?? Object.keys(this.all?.rankings[0]?.fit ?? {}).length > 0);
  /** Every concept of the method, also those that are hidden. */
  readonly all = $derived(this.#result?.columns.get(this.method) ?? null);
  readonly columns = $derived(this.all ? arrangedColumns(this.all, columnOrder(this.all.rankings, this.#layout)) : null);
  /** Marked neurons that this table has, by index, in the order in which they were marked. */
  readonly marks = $derived.by(() => {
    const { marks = [] } = this.selection ?? {};
    if (marks.length === 0) return [];
    const found = this.all?.neurons.flatMap((id, neuron) => (marks.includes(id) ? { id, neuron } : [])) ?? [];
    return marks.flatMap((mark) => found.find(({ id }) => id === mark)?.neuron ?? []);
  });
  /** Whether only marked neurons are shown: as long as there are several to compare. */
  readonly isOnlyMarked = $derived(this.#onlyMarked && this.marks.length > 1);
  /** Neurons better than luck in any concept that is shown. */
  readonly standing = $derived(this.columns?.marked.reduce((sum, concepts) => sum + (concepts > 0 ? 1 : 0), 0) ?? 0);
  /** Where nothing stands out everything is shown, and there is nothing to choose; marked neurons are shown whatever they are. */
  readonly choice = $derived(this.standing === 0 || this.isOnlyMarked ? { ...this.#choice, hiddenCoverages: [] } : this.#choice);
  readonly parts = $derived(this.columns ? readFilter(this.#filter, this.columns) : []);
  readonly chosen = $derived(
    this.columns ? chooseRows(this.columns, this.parts, this.choice, this.isOnlyMarked ? this.marks : null) : null,
  );
  readonly rows = $derived(this.columns && this.chosen ? sortRows(this.columns, this.chosen.rows, this.keys) : new Uint32Array());

  constructor() {
    this.#host = connect<ToTable, FromTable>(readMessage, (message) => this.#receive(message));
    const kept = this.#host.recall();
    if (typeof kept.method === 'string') this.#method = kept.method;
    if (typeof kept.filter === 'string') this.#filter = kept.filter;
    this.#layout = readLayout(kept.layout);
  }

  readonly send = (intent: FromTable): void => this.#host.post(intent);

  get filter(): string {
    return this.#filter;
  }

  set filter(line: string) {
    this.#filter = line;
    this.#changed();
  }

  get layout(): Layout {
    return this.#layout;
  }

  /** Sort keys, by the column that they are now. */
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

  showCharts(charts: boolean): void {
    this.#charts = charts;
  }

  choose(change: Partial<FacetChoice>): void {
    this.#choice = { ...this.#choice, ...change };
    this.#changed();
  }

  /** Arranges the columns. The sort stays by the same concepts, and the focus on the same one. */
  arrange(change: Partial<Layout>): void {
    const before = this.columns?.rankings ?? [];
    const focused = before[this.cell.column]?.concept;
    const sorted = this.#keys.map(({ concept, descending }) => ({ name: before[concept]?.concept, descending }));
    this.#layout = { ...this.#layout, ...change };
    const now = this.columns?.rankings.map(({ concept }) => concept) ?? [];
    this.#keys = sorted.flatMap(({ name, descending }) => {
      const concept = now.indexOf(name ?? '');
      return concept < 0 ? [] : { concept, descending };
    });
    this.cell = { row: Math.min(this.cell.row, this.rows.length - 1), column: Math.max(0, now.indexOf(focused ?? '')) };
    this.#keep();
  }

  /** Moves a column before another; one past the last is the end. */
  moveColumn(from: number, before: number): void {
    const shown = this.columns?.rankings.map(({ concept }) => concept) ?? [];
    this.arrange({ order: moveColumn(shown, from, before) });
  }

  widthOf(column: number): number {
    return this.#layout.widths[this.columns?.rankings[column]?.concept ?? ''] ?? usualWidth;
  }

  /** Sets a column's width in pixels; null brings the usual one back. */
  resizeColumn(column: number, width: number | null): void {
    const concept = this.columns?.rankings[column]?.concept;
    if (concept === undefined) return;
    const { [concept]: _, ...others } = this.#layout.widths;
    this.arrange({ widths: width === null ? others : { ...others, [concept]: clampWidth(width) } });
  }

  /** The neuron in the focused cell. */
  get neuron(): number | undefined {
    return this.rows[Math.max(0, this.cell.row)];
  }

  /** The neurons that an action applies to: the marked ones, or the one in the focused cell. */
  get acted(): readonly number[] {
    return this.marks.length > 0 ? this.marks : this.neuron === undefined ? [] : [this.neuron];
  }

  /** Marks neurons besides those that are marked, or unmarks them where all are. */
  toggleMarks(neurons: readonly number[]): void {
    const ids = neurons.flatMap((neuron) => this.columns?.neurons[neuron] ?? []);
    const marks = this.selection?.marks ?? [];
    const areMarked = ids.every((id) => marks.includes(id));
    this.send({
      type: 'mark',
      neurons: areMarked ? marks.filter((id) => !ids.includes(id)) : [...marks, ...ids.filter((id) => !marks.includes(id))],
    });
  }

  /** Shows only marked neurons, or all that pass again. */
  showOnlyMarked(only: boolean): void {
    this.#onlyMarked = only;
    this.#changed();
  }

  unmark(): void {
    this.send({ type: 'mark', neurons: [] });
  }

  /** Says where the focus is: the other views follow, for a look or to stay. */
  tell(keep: boolean): void {
    const ranking = this.columns?.rankings[this.cell.column];
    const neuron = this.columns?.neurons[this.neuron ?? -1];
    if (!ranking || neuron === undefined) return;
    const side = ranking.direction[this.neuron ?? -1] === -1 ? 'low' : 'high';
    const { concept } = ranking;
    if (!keep && !this.#echoes.expect({ neuron, side, concept })) return;
    this.send({ type: 'focus', neuron, side, concept, keep });
  }

  #changed(): void {
    this.cell = { row: 0, column: Math.min(this.cell.column, Math.max(0, (this.columns?.rankings.length ?? 1) - 1)) };
    this.#keep();
  }

  #keep(): void {
    this.#host.keep({ method: this.method, filter: this.#filter, layout: this.#layout });
  }

  #receive(message: ToTable): void {
    if (message.type === 'failed') {
      this.#reading = null;
      this.isBusy = false;
      this.content = { kind: 'failed', failure: { title: message.message, text: message.remedy, code: message.code } };
      return;
    }
    this.#select(message.selection);
    const isOwn = this.#echoes.isOwn(message.selection);
    if (message.type === 'result') void this.#read(message.bytes);
    else if (!isOwn) this.#follow(message.selection);
  }

  /** Reads a file; what is shown stays until it is read, and the last file that came is the one that counts. */
  async #read(bytes: Uint8Array): Promise<void> {
    this.#reading = bytes;
    this.isBusy = true;
    const rest = breather();
    const pause = async (share: number): Promise<void> => {
      if (this.#reading === bytes && this.content.kind !== 'ready') this.content = { kind: 'reading', share, bytes: bytes.length };
      await rest();
    };
    const read = await readTable(bytes, pause);
    if (this.#reading !== bytes) return;
    this.#keys = [];
    this.cell = { row: 0, column: 0 };
    if (isFailure(read)) this.content = { kind: 'failed', failure: read };
    else {
      this.#result = read;
      // What each of these finds is kept; asked for together, by the page, they would take one long turn.
      for (const prepare of [() => this.columns, () => this.chosen, () => this.rows]) {
        prepare();
        await turn();
      }
      if (this.#reading !== bytes) return;
      this.content = { kind: 'ready' };
      await turn();
      this.hasRows = true;
      if (this.selection) this.#follow(this.selection);
    }
    this.isBusy = false;
  }

  /** Takes what is selected. Where marks decide which rows are shown, the focus stays with its neuron. */
  #select(selection: Selection): void {
    const { rows, neuron } = this;
    this.selection = selection;
    if (this.marks.length < 2) this.#onlyMarked = false;
    if (this.rows === rows || this.cell.row < 0) return;
    const row = neuron === undefined ? -1 : this.rows.indexOf(neuron);
    this.cell = { ...this.cell, row: row >= 0 ? row : Math.max(0, Math.min(this.cell.row, this.rows.length - 1)) };
  }

  /** Moves the focus to what was chosen elsewhere, where this table has it. */
  #follow({ focus, concept }: Selection): void {
    if (!this.columns || !focus) return;
    const row = this.rows.findIndex((neuron) => this.columns?.neurons[neuron] === focus.neuron);
    const column = this.columns.rankings.findIndex((ranking) => ranking.concept === concept);
    if (row >= 0) this.cell = { row, column: column < 0 ? this.cell.column : column };
  }
}
