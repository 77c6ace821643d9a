/** A window without an editor: what commands say and open is kept, and a server answers as the test says. */
import type { CommandServices } from '../../extension/src/commands/services';
import { ChosenTaps } from '../../extension/src/chosenTaps';
import { Collections } from '../../extension/src/collections';
import { ComparedPins } from '../../extension/src/comparedPins';
import { ExplorerModel } from '../../extension/src/explorerModel';
import { Memory } from '../../extension/src/memory';
import type { Storage } from '../../extension/src/memory';
import { KeptConcepts } from '../../extension/src/keptConcepts';
import { PaintedFormula } from '../../extension/src/paintedFormula';
import { RankingTree } from '../../extension/src/rankingTree';
import { RunningAnalysis } from '../../extension/src/running';
import { SelectionStore } from '../../extension/src/selection';
import { Session } from '../../extension/src/session';
import type { AskOptions } from '../../extension/src/session';
import { Study } from '../../extension/src/study';
import type { Choice, Ui } from '../../extension/src/ui';
import { CancelledError } from '../../server/src/protocol/errors';
import type { ServerStatus } from '../../server/src/protocol/messages';

export const serverStatusNow: ServerStatus = { version: '1.2.3', protocol: 1, pid: 7, uptimeSeconds: 65, runtime: { state: 'idle' } };

/** Answers by method; a function is asked with the params. */
export type Answers = Record<string, (params: never, options?: AskOptions<never>) => unknown>;

export interface TestWindow extends CommandServices {
  readonly session: Session;
  /** What was said, opened, shown and copied, in order. */
  readonly done: string[];
  readonly failures: unknown[];
  /** What quick picks offered. */
  readonly offered: Choice<unknown>[][];
  readonly asked: { readonly method: string; readonly params: unknown }[];
}

/** A place for a `Memento`. */
export class TestStorage implements Storage {
  readonly values = new Map<string, unknown>();
  get<T>(key: string): T | undefined {
    return this.values.get(key) as T | undefined;
  }
  update(key: string, value: unknown): Promise<void> {
    this.values.set(key, structuredClone(value));
    return Promise.resolve();
  }
}

/** `answers` are the server's, `ui` what the person does. */
export function testWindow(
  answers: Answers = {},
  ui: Partial<Ui> = {},
  { status = serverStatusNow, storage = new TestStorage() }: { status?: ServerStatus; storage?: Storage } = {},
): TestWindow {
  const done: string[] = [];
  const failures: unknown[] = [];
  const offered: Choice<unknown>[][] = [];
  const asked: { method: string; params: unknown }[] = [];
  const session = new Session({
    launch: async () => ({
      ask: async ({ method }, params, options) => {
        if (method === 'golgi/status') return status as never;
        asked.push({ method, params });
        const answer = answers[method];
        if (!answer) throw new Error(`nobody answers ${method}`);
        return (await answer(params as never, options as never)) as never;
      },
      stop: async () => undefined,
    }),
    onState: () => undefined,
    clock: () => 0,
  });
  const ask: Session['ask'] = (message, params, options) => session.ask(message, params, options);
  const memory = new Memory(storage, new TestStorage());
  const selection = new SelectionStore(memory.selection);
  let setting: unknown;
  const chosenTaps = new ChosenTaps({
    scopes: () => [{ value: setting, write: async (value) => void (setting = value) }],
    keyOf: (path) => path,
  });
  const study = new Study({ ask, memory, chosenTaps, pathOf: (uri) => (uri.startsWith('file://') ? uri.slice(7) : undefined) });
  const explorer = new ExplorerModel({ ask, state: () => session.state, study, selection });
  const note = (text: string) => async (): Promise<void> => void done.push(text);
  return {
    ...{ session, study, selection, explorer, memory, chosenTaps, done, failures, offered, asked },
    compared: new ComparedPins({ ask, study, selection, log: (text) => done.push(text) }),
    rankings: new RankingTree({ ask, study, selection, memory, log: (text) => done.push(text) }),
    filterRankings: note('filter'),
    collections: new Collections(memory.collections, (all) => memory.keepCollections(all)),
    running: new RunningAnalysis(),
    concepts: new KeptConcepts(memory),
    formula: new PaintedFormula(),
    disagreements: () => [],
    settings: () => ({ methods: ['ap'], taps: ['ffn'], provider: 'cpu' }),
    bundled: { models: [{ name: 'demo', folder: '/bundled/demo', detail: '' }], corpus: '/bundled/sample.jsonl' },
    resultFolder: '/results',
    openNeuronPage: () => done.push('page'),
    stepInRankings: async () => undefined,
    togglePaint: () => done.push('paint'),
    showLog: () => done.push('log'),
    ui: {
      tell: (text) => done.push(text),
      fail: (error) => failures.push(error),
      pick: async (choices) => {
        offered.push([...(await choices)]);
        return undefined;
      },
      pickSome: async (choices) => {
        offered.push([...(await choices)]);
        return undefined;
      },
      pickMany: async (choices) => {
        offered.push([...choices]);
        return undefined;
      },
      pickNeuron: async () => undefined,
      ask: async () => undefined,
      askForFile: async () => undefined,
      askWhereToSave: async () => undefined,
      progress: (_title, work) => work(() => undefined, new AbortController().signal),
      busy: (_title, work) => work(),
      findFiles: async () => [],
      activeDocument: () => undefined,
      save: async () => true,
      saveAsFile: async () => undefined,
      sizeOf: async () => 0,
      placeOf: (path) => ({ uri: `file://${path}`, path }),
      openDocument: async (uri) => {
        done.push(`open ${uri}`);
        return true;
      },
      reveal: ({ uri, line, character, length }) => note(`reveal ${uri}:${line}:${character}+${length}`)(),
      cursorIn: () => undefined,
      peek: (at, found) =>
        note(`peek ${at.line}:${at.character} ${found.map(({ line, character }) => `${line}:${character}`).join(' ')}`)(),
      openResult: (file) => note(`table ${file}`)(),
      showMethodCard: ({ id }) => note(`method ${id}`)(),
      openModelCard: (file) => note(`card ${file}`)(),
      showExplorer: note('explorer'),
      copyFile: (from, to) => note(`copy ${from} ${to}`)(),
      copyText: (text) => note(`clipboard ${text}`)(),
      ...ui,
    },
  };
}

const card = {
  ...{ name: 'demo', files: ['/bundled/demo/model.onnx'], hash: { graph: 'g', weights: 'w', tokenizer: 't' } },
  ...{ layers: 4, hidden: 128, ffn: 512, candidates: [], taps: [] },
};
const corpus = { id: 'c1', uri: 'file:///c.txt', files: ['/c.txt'], format: 'text', sentences: 2, words: 30, isShared: true, hash: 'h' };

export const digest = {
  concept: 'upos=VERB',
  method: 'ap',
  title: 'Average precision',
  chance: 0.09,
  support: { positive: 2187, negative: 22629 },
  luck: 0.2,
  standing: 2,
  labels: 'gold',
  neurons: [
    { id: 'L3.ffn.412', score: 0.87, direction: 1, interval: [0.85, 0.89], p: 0.004, beatsLuck: true },
    { id: 'L4.ffn.96', score: 0.61, direction: -1, interval: null, p: null, beatsLuck: true },
    { id: 'L1.ffn.1', score: 0.1, direction: 1, interval: null, p: null, beatsLuck: false },
  ],
} as const;

/** A server on which everything works. */
export function goodAnswers(): Answers {
  return {
    'golgi/model/open': ({ chosenTaps = [] }: { chosenTaps?: unknown[] }) => ({ ...card, chosen: chosenTaps }),
    'golgi/model/card': ({ model: { chosenTaps = [] } }: { model: { chosenTaps?: unknown[] } }) => ({ ...card, chosen: chosenTaps }),
    'golgi/corpus/open': ({ uri }: { uri: string }) => ({ ...corpus, uri }),
    'golgi/corpus/concepts': () => [{ concept: 'upos=VERB', attribute: 'upos', count: 3, words: 30, source: 'automatic', tagger: 'wink' }],
    'golgi/neurons/rank': () => ({ file: '/results/r.golgi-result.json', corpus, rankings: [digest] }),
    'golgi/pins/set': () => null,
    'golgi/corpus/words': ({ fromLine }: { fromLine: number }) => ({
      words: [{ word: 10 * fromLine, line: fromLine, start: 2, end: 6 }],
    }),
    'golgi/neuron/view': ({ neuron }: { neuron: string }) => {
      const at = (line: number) => ({ word: 10 * line, line, character: 2, start: 0, end: 4, text: 'took it', value: 1 });
      const [first, second] = [4, 9].map(at);
      return {
        neuron,
        top: [first, second],
        lowest: [second],
        wrong: [],
        bands: [{ examples: [first] }, { examples: [] }, { examples: [second] }],
      };
    },
  };
}

/** Answers only when it is given up. */
export function untilCancelled(_params: never, options?: AskOptions<never>): Promise<never> {
  return new Promise((_, reject) => options?.signal?.addEventListener('abort', () => reject(new CancelledError())));
}
