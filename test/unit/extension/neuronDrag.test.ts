/** Neurons that are dragged between the trees, in an editor that is played by the test. */
import { beforeEach, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import type { CommandServices } from '../../../extension/src/commands/services';
import { Collections } from '../../../extension/src/collections';
import { dragNeurons, dropNeurons } from '../../../extension/src/views/neuronDrag';
import type { Row } from '../../../extension/src/views/rows';

vi.mock('vscode', () => ({
  DataTransferItem: class {
    readonly value: unknown;
    constructor(value: unknown) {
      this.value = value;
    }
    asString() {
      return Promise.resolve(String(this.value));
    }
  },
}));

const mime = 'application/vnd.golgi.neurons';

/** As the editor's own: a type can have several items, and `get` gives the first of them. */
class Transfer {
  readonly items: [string, vscode.DataTransferItem][] = [];
  constructor(...texts: string[]) {
    for (const text of texts) this.items.push([mime, { value: text, asString: () => Promise.resolve(text) } as never]);
  }
  get(type: string) {
    return this.items.find(([own]) => own === type)?.[1];
  }
  set(type: string, item: vscode.DataTransferItem) {
    this.items.push([type, item]);
  }
  [Symbol.iterator]() {
    return this.items[Symbol.iterator]();
  }
}

let collections: Collections;
let sent: unknown[];
let told: string[];
beforeEach(() => {
  collections = new Collections(
    [
      { name: 'verbs', neurons: ['L1.ffn.3'] },
      { name: 'nouns', neurons: [] },
    ],
    () => undefined,
  );
  sent = [];
  told = [];
});

const services = () =>
  ({
    collections,
    selection: { now: { pins: [], marks: [], focus: null }, send: (intent: unknown) => sent.push(intent) },
    ui: { tell: (text: string) => told.push(text) },
  }) as unknown as CommandServices;
const never = {} as vscode.CancellationToken;
const row = (row: Partial<Row>): Row => ({ id: 'row', label: 'row', ...row });
const drag = (transfer: Transfer, ...rows: Row[]) => dragNeurons.handleDrag?.(rows, transfer as never, never);
const drop = (transfer: Transfer, target?: Row) => dropNeurons(services).handleDrop?.(target, transfer as never, never);
const neuronsOf = (name: string) => collections.all.find((each) => each.name === name)?.neurons;

test('neurons of a ranking that are dropped on a collection are in it, and twice the same is once', async () => {
  const transfer = new Transfer();
  void drag(transfer, row({ neuron: 'L2.ffn.7' }), row({ neuron: 'L2.ffn.7', concept: 'past' }), row({ concept: 'past' }));
  await drop(transfer, row({ collection: 'verbs' }));
  expect(neuronsOf('verbs')).toEqual(['L1.ffn.3', 'L2.ffn.7']);
  expect(await transfer.get('text/plain')?.asString()).toBe('L2.ffn.7');
});

test('the empty item of the browser that comes first from another tree hides nothing', async () => {
  const transfer = new Transfer('');
  void drag(transfer, row({ neuron: 'L2.ffn.7' }));
  await drop(transfer, row({ collection: 'nouns' }));
  expect(neuronsOf('nouns')).toEqual(['L2.ffn.7']);
  expect(told).toEqual([]);
});

test('from collection to collection a neuron moves; on its own it stays', async () => {
  const transfer = new Transfer();
  void drag(transfer, row({ neuron: 'L1.ffn.3', collection: 'verbs' }));
  await drop(transfer, row({ collection: 'verbs' }));
  expect(neuronsOf('verbs')).toEqual(['L1.ffn.3']);
  await drop(transfer, row({ collection: 'nouns' }));
  expect([neuronsOf('verbs'), neuronsOf('nouns')]).toEqual([[], ['L1.ffn.3']]);
});

test('what is dropped beside all collections is pinned', async () => {
  const transfer = new Transfer();
  void drag(transfer, row({ neuron: 'L2.ffn.7' }));
  await drop(transfer);
  expect(JSON.stringify(sent)).toContain('L2.ffn.7');
});

test('what names no neuron changes nothing, and that is said', async () => {
  for (const text of ['', '{"neurons":', '{"neurons":["rm -rf"]}', '{"neurons":7}', 'null'])
    await drop(new Transfer(text), row({ collection: 'verbs' }));
  expect(neuronsOf('verbs')).toEqual(['L1.ffn.3']);
  expect(new Set(told)).toEqual(new Set(['What was dropped names no neuron. Drag neurons from the rankings, the pins or a collection.']));
  expect(told).toHaveLength(5);
});

test('a row without a neuron is not dragged', () => {
  const transfer = new Transfer();
  void drag(transfer, row({ concept: 'past' }));
  expect(transfer.items).toEqual([]);
});
