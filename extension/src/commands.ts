/**
 * Every command: what it does while the server is ready, and what it does otherwise. A command without a second form
 * tells why nothing happens, so none of them has to look whether the server is there.
 */
import type { ServerStatus } from '../../server/src/protocol/messages';
import { analyse, analyseBy } from './commands/analyse';
import { chooseCorpus, chooseModel, leaveLinesOut, openSample, readAgain } from './commands/choose';
import { chooseRankedTap, chooseScore, groupRankings } from './commands/arrange';
import { collectNeuron, deleteCollection, removeFromCollection, renameCollection } from './commands/collections';
import { endPreview, goToNeuron, nextRow, pinNeuron, previousRow } from './commands/goTo';
import { forgetConcept } from './commands/concepts';
import { nextDisagreement, previousDisagreement, stopPaintingFormula } from './commands/formulas';
import { showModelCard } from './commands/modelCard';
import {
  back,
  copyNeuronId,
  exploreHere,
  followHoverLink,
  forward,
  nextExample,
  nextNeuron,
  pinMarked,
  previousExample,
  previousNeuron,
  unpinAll,
  unpinNeuron,
} from './commands/neurons';
import { probeConcepts, rankByMethods, showMethod } from './commands/methods';
import { cancel, rankNeurons } from './commands/rank';
import { openResult, saveResultAs } from './commands/results';
import type { Action, Command, CommandServices } from './commands/services';
import type { SessionState } from './state';
import { statusView } from './status';

const restart: Action = ({ session }) => session.restart();
const showLog: Action = ({ showLog }) => showLog();
const filterRankings: Action = ({ filterRankings }) => filterRankings();
const openNeuronPage: Action = ({ openNeuronPage }) => openNeuronPage();
const togglePaint: Action = ({ togglePaint }) => togglePaint();

export const commands = {
  'golgi.openSample': { ready: openSample, runsModels: true },
  'golgi.chooseModel': { ready: chooseModel, runsModels: true },
  'golgi.chooseCorpus': { ready: chooseCorpus, runsModels: true },
  'golgi.readAgain': { ready: readAgain, runsModels: true },
  'golgi.leaveLinesOut': { ready: leaveLinesOut, runsModels: true },
  'golgi.showModelCard': { ready: showModelCard, runsModels: true },
  'golgi.rankNeurons': { ready: rankNeurons, runsModels: true },
  'golgi.rankByMethods': { ready: rankByMethods, runsModels: true },
  'golgi.probeConcepts': { ready: probeConcepts, runsModels: true },
  'golgi.showMethod': { ready: showMethod },
  'golgi.analyse': { ready: analyse, runsModels: true },
  'golgi.explainNeurons': { ready: analyseBy('explain'), runsModels: true },
  'golgi.proposeConcepts': { ready: analyseBy('propose'), runsModels: true },
  'golgi.alignNeurons': { ready: analyseBy('align'), runsModels: true },
  'golgi.findContexts': { ready: analyseBy('contexts'), runsModels: true },
  'golgi.omitWords': { ready: analyseBy('omission'), runsModels: true },
  'golgi.describeNeurons': { ready: analyseBy('neuron'), runsModels: true },
  'golgi.forgetConcept': always(forgetConcept),
  'golgi.nextDisagreement': always(nextDisagreement),
  'golgi.previousDisagreement': always(previousDisagreement),
  'golgi.stopPaintingFormula': always(stopPaintingFormula),
  'golgi.cancel': always(cancel),
  'golgi.goToNeuron': always(goToNeuron),
  'golgi.nextRow': always(nextRow),
  'golgi.previousRow': always(previousRow),
  'golgi.endPreview': always(endPreview),
  'golgi.openNeuronPage': always(openNeuronPage),
  'golgi.exploreHere': { ready: exploreHere, runsModels: true },
  'golgi.nextNeuron': always(nextNeuron),
  'golgi.previousNeuron': always(previousNeuron),
  'golgi.pinNeuron': always(pinNeuron),
  'golgi.pinMarked': always(pinMarked),
  'golgi.unpinNeuron': always(unpinNeuron),
  'golgi.unpinAll': always(unpinAll),
  'golgi.togglePaint': always(togglePaint),
  'golgi.groupRankings': always(groupRankings),
  'golgi.chooseScore': always(chooseScore),
  'golgi.chooseRankedTap': always(chooseRankedTap),
  'golgi.filterRankings': always(filterRankings),
  'golgi.collectNeuron': always(collectNeuron),
  'golgi.removeFromCollection': always(removeFromCollection),
  'golgi.renameCollection': always(renameCollection),
  'golgi.deleteCollection': always(deleteCollection),
  'golgi.back': always(back),
  'golgi.forward': always(forward),
  'golgi.nextExample': { ready: nextExample },
  'golgi.previousExample': { ready: previousExample },
  'golgi.copyNeuronId': always(copyNeuronId),
  'golgi.openResult': always(openResult),
  'golgi.saveResultAs': always(saveResultAs),
  'golgi.hoverLink': { ready: followHoverLink },
  'golgi.restart': always(restart),
  'golgi.showLog': always(showLog),
  'golgi.showStatus': {
    ready: async ({ session, ui }) => {
      const status = await session.status();
      if (status) ui.tell(statusText(status));
    },
  },
} satisfies Record<string, Command>;

export type CommandId = keyof typeof commands;

/** Runs a command in the form that fits the session's state. What it throws is told, with its remedy. */
export async function runCommand(id: CommandId, services: CommandServices, argument?: unknown): Promise<void> {
  const command: Command = commands[id];
  const { session, ui } = services;
  try {
    // The first command of a window is what starts the server: whoever gave it should not have to give it twice.
    if (session.state.kind === 'starting' && !command.otherwise) await ui.busy('Starting Golgi', () => session.start());
    if (session.state.kind === 'ready') {
      const { runtime } = session.state.server;
      if (command.runsModels && runtime.state !== 'idle') return refuse(ui, runtime);
      return await command.ready(services, argument);
    }
    await (command.otherwise ? command.otherwise(services, argument) : ui.tell(notNow(session.state)));
  } catch (error) {
    ui.fail(error);
  }
}

/** The same whether or not there is a server. */
function always(action: Action): Command {
  return { ready: action, otherwise: action };
}

function refuse(ui: CommandServices['ui'], runtime: ServerStatus['runtime'] & { readonly reason: string }): void {
  if (runtime.state === 'unsupported') return ui.tell(runtime.reason);
  ui.tell(runtime.reason, { title: 'Manage Workspace Trust', command: 'workbench.trust.manage' });
}

function notNow(state: SessionState): string {
  const { text, detail } = statusView(state);
  return `${text}. ${detail}`;
}

function statusText({ version, pid, uptimeSeconds, runtime }: ServerStatus): string {
  const models = runtime.state === 'idle' ? 'models can be run' : runtime.reason;
  return `Golgi ${version}, process ${pid}, up for ${Math.round(uptimeSeconds)} s; ${models}`;
}
