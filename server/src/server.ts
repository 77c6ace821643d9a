/** The analysis server: which handler answers which message, and nothing else. */
import { TextDocumentSyncKind } from 'vscode-languageserver';
import type { Connection, InitializeResult } from 'vscode-languageserver';
import type { Workers } from './jobs/workers';
import { analysisForms } from './language/analysisForms';
import { Hovers } from './language/hover';
import { HoverLinks } from './language/hoverLinks';
import { formulaPainter, neuronFinder, neuronPainter, neuronViewer, wordFinder } from './language/lookAtNeuron';
import { wordSearcher, wordViewer } from './language/lookAtWord';
import { conceptLister, corpusOpener, modelCardReader, modelOpener } from './language/openings';
import { neuronRanker } from './language/rankNeurons';
import { analysisRunner } from './language/runAnalyses';
import { methodCard, methods } from './methods';
import { answer, orNull, responseError } from './language/requests';
import { StudyWindow } from './language/studyWindow';
import { InputError } from './protocol/errors';
import * as messages from './protocol/messages';
import { protocolVersion } from './protocol/messages';
import type { ClientHello, RuntimeState } from './protocol/messages';
import { providers } from './protocol/providers';
import type { Provider } from './protocol/providers';

export interface ServerDeps {
  /** The product's version. */
  readonly version: string;
  /** Milliseconds that only grow. */
  readonly clock: () => number;
  /** Why models cannot run on this machine; undefined when they can. */
  readonly unsupported: () => string | undefined;
  /** The workers; asked for once, when the first job comes. */
  readonly workers: (provider: Provider) => Workers;
  readonly now: () => Date;
  /** Time after which a hover says that it is being computed; for tests. */
  readonly hoverPatienceMs?: number;
}

/** Wires the handlers to the connection; the caller then listens. Refuses a host of another protocol with VERSION_MISMATCH. */
export function createServer(connection: Connection, deps: ServerDeps): void {
  const { version, clock, unsupported } = deps;
  const started = clock();
  let trusted = false;
  let provider: Provider = 'cpu';
  const runtime = (): RuntimeState => runtimeState(trusted, unsupported());
  const window = new StudyWindow(connection, () => deps.workers(provider), runtime);
  const links = new HoverLinks();
  const hovers = new Hovers(window, links, deps.hoverPatienceMs);

  connection.onInitialize((params) => {
    const hello = params.initializationOptions as Partial<ClientHello> | undefined;
    if (hello?.protocol !== protocolVersion) throw responseError(mismatch(hello));
    trusted = hello.trusted === true;
    provider = providers.find((known) => known === hello.provider) ?? 'cpu';
    window.storage = hello.storage ?? '';
    return {
      capabilities: { hoverProvider: true, textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental } },
      serverInfo: { name: 'golgi', version },
    } satisfies InitializeResult;
  });
  connection.onShutdown(() => window.dispose());

  answer(connection, messages.serverStatus, () => ({
    version,
    protocol: protocolVersion,
    pid: process.pid,
    uptimeSeconds: (clock() - started) / 1000,
    runtime: runtime(),
  }));
  answer(connection, messages.openModel, modelOpener(window));
  answer(connection, messages.readModelCard, modelCardReader(window));
  answer(connection, messages.openCorpus, corpusOpener(window));
  answer(connection, messages.listConcepts, conceptLister(window));
  answer(connection, messages.wordsOnLines, wordFinder(window));
  answer(connection, messages.listMethods, () => methods.map(methodCard));
  answer(connection, messages.rankNeurons, neuronRanker(window, deps.now));
  answer(connection, messages.listAnalyses, () => analysisForms());
  answer(connection, messages.runAnalyses, analysisRunner(window, deps.now));
  answer(connection, messages.viewNeuron, neuronViewer(window));
  answer(connection, messages.paintNeuron, neuronPainter(window));
  answer(connection, messages.paintFormula, formulaPainter(window));
  answer(connection, messages.lookAtWord, wordViewer(window));
  answer(connection, messages.neuronsOfWord, wordSearcher(window));
  answer(connection, messages.findNeuron, neuronFinder(window));
  answer(connection, messages.hoverSettled, () => hovers.settled());
  answer(connection, messages.hoverLink, ({ link }) => links.resolve(link));
  answer(connection, messages.setPins, ({ pins, concept, ranking, theme }) => {
    window.pins = pins;
    window.concept = concept ?? null;
    window.theme = theme ?? window.theme;
    if (ranking !== undefined) window.ranking = ranking;
    return null;
  });
  connection.onHover(orNull(connection, 'hover', (params) => hovers.at(params)));
}

function runtimeState(trusted: boolean, unsupported: string | undefined): RuntimeState {
  if (unsupported !== undefined) return { state: 'unsupported', reason: unsupported };
  if (!trusted) return { state: 'restricted', reason: 'This workspace is not trusted, so no model is loaded.' };
  return { state: 'idle' };
}

function mismatch(hello: Partial<ClientHello> | undefined): InputError {
  return new InputError(
    'VERSION_MISMATCH',
    {},
    {
      found: `an extension ${hello?.version ?? 'of unknown version'} that speaks protocol ${hello?.protocol ?? 'none'}`,
      expected: `protocol ${protocolVersion}`,
      remedy: 'reload the window; if that does not help, reinstall the extension',
    },
  );
}
