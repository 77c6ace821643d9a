/** Makes every part of a window and connects them; the only place where parts learn of each other. */
import * as vscode from 'vscode';
import type { ShownRanking } from '../../server/src/protocol/messages';
import { protocolVersion, setPins } from '../../server/src/protocol/messages';
import { providerText } from '../../server/src/protocol/providers';
import { bundledFiles } from './bundledFiles';
import { ChosenTaps } from './chosenTaps';
import { chosenTapsSetting, onChosenTaps } from './chosenTapsSetting';
import { Collections } from './collections';
import { ComparedPins } from './comparedPins';
import type { CommandServices } from './commands/services';
import { contextKeys, contextWriter } from './contextKeys';
import { followCursor } from './cursor';
import { watchCorpusFile } from './corpusFile';
import { ExplorerModel } from './explorerModel';
import { neuronSymbols } from './goTo/neuronSymbols';
import type { HeatMap } from './heat/heatMap';
import { HoveredWord } from './hoveredWord';
import { KeptConcepts } from './keptConcepts';
import { Memory } from './memory';
import { methodDocuments } from './methodDocuments';
import { PaintedFormula } from './paintedFormula';
import { createPaints } from './paints';
import { watchResultFiles } from './resultFiles';
import { RankingTree } from './rankingTree';
import { RunningAnalysis } from './running';
import { painted, SelectionStore } from './selection';
import { Session } from './session';
import { readSettings } from './settings';
import type { Settings } from './settings';
import { createStatusItem } from './statusItem';
import { Study } from './study';
import { AnalysisEditor } from './views/analysisEditor';
import { ConceptTableEditor } from './views/conceptTableEditor';
import { ExplorerView } from './views/explorerView';
import { ModelCardEditor } from './views/modelCardEditor';
import { createPaintItem } from './views/paintStatus';
import { collectionRows, pinRows, resultRows } from './views/rows';
import { createTrees, followTrees } from './views/trees';
import type { Trees } from './views/trees';
import { themeKind } from './theme';
import { createUi } from './window';

/** Everything that lives as long as the window. */
export interface Services extends CommandServices {
  readonly session: Session;
  readonly explorerView: ExplorerView;
  readonly modelCards: ModelCardEditor;
  readonly analyses: AnalysisEditor;
  readonly heat: HeatMap;
  /** The painted formula's own paint. */
  readonly disagreement: HeatMap;
  readonly trees: Trees;
  /** After every change of anything that is shown. */
  readonly onChange: vscode.Event<void>;
}

/** Makes the parts and registers all of them with the context; starts nothing. */
export function createServices(context: vscode.ExtensionContext, onFailed: (reason: string) => void): Services {
  const log = vscode.window.createOutputChannel('Golgi', { log: true });
  const { version } = context.extension.packageJSON as { version: string };
  const bundled = bundledFiles(context);
  const ui = createUi(log);
  const memory = new Memory(context.workspaceState, context.globalState);
  const selection = new SelectionStore(memory.selection);
  const chosenTaps = new ChosenTaps(chosenTapsSetting);
  const collections = new Collections(memory.collections, (all) => memory.keepCollections(all));
  const running = new RunningAnalysis();
  const concepts = new KeptConcepts(memory);
  const formula = new PaintedFormula();
  const changed = new vscode.EventEmitter<void>();
  const settings = (): Settings => readSettings(vscode.workspace.getConfiguration('golgi'));
  let hasHovered = false;

  const session = new Session({
    launch: async (onDeath) => {
      // The library of the language client is most of the code of this process: it is loaded when the editor has had its turn.
      await new Promise((resolve) => setImmediate(resolve));
      const { launchServer } = await import('./client');
      return launchServer(
        {
          module: context.asAbsolutePath('dist/server.js'),
          hello: {
            ...{ protocol: protocolVersion, version, trusted: vscode.workspace.isTrusted },
            ...{ storage: context.globalStorageUri.fsPath, provider: settings().provider },
          },
          isCorpus: (uri) => study.corpus?.kind !== 'failed' && corpusUri() === uri,
          onCorpusChanged: ({ corpus, stale }) => study.corpusChanged(corpus, stale),
          onHover: (...place) => {
            void hovered.look(...place);
            if (hasHovered) return;
            hasHovered = true;
            render();
          },
          log,
        },
        onDeath,
      );
    },
    onState: (state) => {
      log.info(`Server: ${state.kind}${'reason' in state ? ` (${state.reason})` : ''}`);
      if (state.kind === 'ready') void resume();
      else {
        forgetLooks();
        modelCards.forget();
      }
      render();
      if (state.kind === 'failed') onFailed(state.reason);
    },
    clock: () => performance.now(),
  });
  const ask: Session['ask'] = (message, params, options) => session.ask(message, params, options);
  const study = new Study({ ask, memory, chosenTaps, pathOf: filePath });
  const explorer = new ExplorerModel({ ask, state: () => session.state, study, selection });
  const compared = new ComparedPins({ ask, study, selection, log: (text) => log.debug(text) });
  const hovered = new HoveredWord({ ask, study, selection, log: (text) => log.debug(text) });
  const lookAgain = (): void => [explorer, compared].forEach((look) => look.refresh());
  const forgetLooks = (): void => [explorer, compared].forEach((look) => look.forget());
  const corpusUri = (): string | undefined => study.corpus?.from.uri;
  const rankings = new RankingTree({ ask, study, selection, memory, log: (text) => log.debug(text) });
  const paints = createPaints({ ask, study, selection, formula, log });
  const { heat, disagreement } = paints;
  const commands: CommandServices = {
    ...{
      session,
      study,
      selection,
      explorer,
      compared,
      rankings,
      collections,
      running,
      memory,
      concepts,
      formula,
      ui,
      chosenTaps,
      bundled,
    },
    disagreements: (uri) => disagreement.spans(uri)[0] ?? [],
    settings,
    resultFolder: vscode.Uri.joinPath(context.storageUri ?? context.globalStorageUri, 'results').fsPath,
    filterRankings: async () => {
      await vscode.commands.executeCommand('golgi.rankings.focus');
      await vscode.commands.executeCommand('list.find');
    },
    stepInRankings: (by) => trees.rankings.step(by),
    openNeuronPage: () => explorerView.openPage(),
    togglePaint: () => heat.toggle(),
    showLog: () => log.show(),
  };
  const explorerView = new ExplorerView(context.extensionUri, commands, hovered);
  const conceptTable = new ConceptTableEditor(context.extensionUri, commands);
  const analyses = new AnalysisEditor(context.extensionUri, commands);
  const modelCards = new ModelCardEditor(context.extensionUri, commands);
  const trees = createTrees(() => commands);
  const status = createStatusItem();
  const paintItem = createPaintItem();
  const writeKeys = contextWriter((key, value) => void vscode.commands.executeCommand('setContext', key, value));

  // What a server knows is gone with it; a new one is told again before anything is asked of it.
  const resume = async (): Promise<void> => {
    if (session.state.kind !== 'ready' || session.state.server.runtime.state !== 'idle') return;
    await study.resume();
    await tellServer();
    forgetLooks();
    lookAgain();
    heat.refresh();
  };
  // The ranking's own corpus may have been renamed since.
  const shownRanking = (): ShownRanking | null =>
    study.ranking && study.openCorpus && { corpus: study.openCorpus.id, file: study.ranking.file };
  let told = shownRanking();
  const followTaps = async (): Promise<void> => {
    if (session.state.kind !== 'ready' || session.state.server.runtime.state !== 'idle') return;
    await study.followChosenTaps().catch(ui.fail);
    forgetLooks();
    lookAgain();
    heat.refresh();
  };
  let reasonSaid: string | null = null;
  /** Once; the status and the card go on saying it. */
  const sayOtherProvider = (): void => {
    const use = study.model?.kind === 'open' ? study.model.what.provider : undefined;
    if (!use || use.reason === reasonSaid) return;
    reasonSaid = use.reason;
    if (use.reason !== null) ui.tell(`Models run ${providerText(use)}`);
  };
  const tellServer = async (): Promise<void> => {
    const { pins, concept } = selection.now;
    const theme = themeKind(vscode.window.activeColorTheme.kind);
    const ranking = (told = shownRanking());
    if (session.state.kind === 'ready')
      await session.ask(setPins, { pins, concept, ranking, theme }).catch((error: unknown) => log.warn(String(error)));
  };
  const render = (): void => {
    const { state } = session;
    const { pins } = selection.now;
    const uri = corpusUri();
    status.show(
      { state, study },
      uri === undefined ? [{ language: 'conllu' }] : [{ language: 'conllu' }, { pattern: filePath(uri) ?? '' }],
    );
    paintItem.show({ running: running.now, pins, scales: heat.scales, on: heat.on, formula: formula.now?.neuron ?? null });
    trees.rankings.show(rankings.rows, rankings.message);
    trees.pins.show([...pinRows(pins, heat.scales), ...collectionRows(collections.all, selection.now.marks)]);
    trees.pins.count(pins.length, 'pinned neuron');
    explorerView.post();
    modelCards.refresh();
    analyses.refresh();
    writeKeys(
      contextKeys({
        ...{ state, study, selection: selection.now, hasHovered },
        ...{ canGoBack: selection.canGoBack, canGoForward: selection.canGoForward },
        isRunning: running.now !== null,
        hasFormula: formula.now !== null,
        hasExamples: (explorer.view?.top.length ?? 0) > 0,
        isCorpusActive: uri !== undefined && vscode.window.activeTextEditor?.document.uri.toString() === uri,
      }),
    );
    changed.fire();
  };

  context.subscriptions.push(
    ...[log, changed, heat, disagreement, status, paintItem, ...Object.values(trees)],
    heat.onDidPaint(render),
    disagreement.onDidPaint(() => changed.fire()),
    concepts.onChange(render),
    formula.onChange(() => {
      paints.changeFormula();
      render();
    }),
    running.onChange(render),
    rankings.onChange(render),
    compared.onChange(render),
    hovered.onChange(() => explorerView.post()),
    collections.onChange(render),
    explorer.onChange(render),
    study.onChange(() => {
      const corpus = study.openCorpus;
      if (corpus) session.showDocument(corpus.uri);
      const ranking = shownRanking();
      if (ranking?.file !== told?.file || ranking?.corpus !== told?.corpus) void tellServer();
      sayOtherProvider();
      formula.follow(corpus?.hash ?? null);
      lookAgain();
      heat.refresh();
      disagreement.refresh();
      render();
    }),
    selection.onChange((now, before) => {
      memory.keepSelection(now);
      if (painted(now).join() !== painted(before).join()) paints.choose();
      if (now.pins !== before.pins || now.concept !== before.concept) void tellServer();
      if (now.focus && now.focus !== before.focus) void trees.rankings.reveal(now.focus.neuron, now.concept);
      lookAgain();
      rankings.follow();
      conceptTable.select();
      render();
    }),
    followTrees(trees, commands),
    neuronSymbols(commands),
    vscode.window.onDidChangeActiveTextEditor(render),
    vscode.window.onDidChangeActiveColorTheme(() => void tellServer()),
    followCursor({ ask, study, selection, log }),
    watchCorpusFile(study, ui.fail),
    watchResultFiles(commands.resultFolder, (files) => {
      trees.results.show(resultRows(files));
      changed.fire();
    }),
    explorerView.onDidPost(() => changed.fire()),
    vscode.window.registerWebviewViewProvider(ExplorerView.id, explorerView),
    vscode.window.registerWebviewPanelSerializer(ExplorerView.panelType, explorerView),
    methodDocuments(),
    vscode.window.registerCustomEditorProvider(ConceptTableEditor.viewType, conceptTable),
    vscode.window.registerCustomEditorProvider(AnalysisEditor.viewType, analyses),
    vscode.window.registerCustomEditorProvider(ModelCardEditor.viewType, modelCards),
    onChosenTaps(() => {
      modelCards.refresh();
      void followTaps();
    }),
    // Trust and provider are part of the handshake, so a new one tells the server.
    vscode.workspace.onDidGrantWorkspaceTrust(() => session.restart()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('golgi.executionProvider')) void session.restart();
    }),
  );
  paints.choose();
  render();
  return { ...commands, session, explorerView, modelCards, analyses, heat, disagreement, trees, onChange: changed.event };
}

function filePath(uri: string): string | undefined {
  const parsed = vscode.Uri.parse(uri);
  return parsed.scheme === 'file' ? parsed.fsPath : undefined;
}
