/** Neurons among the editor's own symbols (Ctrl+T): a ranked neuron stands where it is strongest in the corpus. */
import * as vscode from 'vscode';
import { findNeuron } from '../../../server/src/protocol/messages';
import type { CommandServices } from '../commands/services';
import { neuronQuery } from './neuronQuery';
import { neuronRows } from './neuronRows';
import type { NeuronTarget } from './neuronRows';

interface NeuronSymbol extends vscode.SymbolInformation {
  readonly target: NeuronTarget;
}

/** Lists neurons of the window's rankings; the one that is taken is shown in the explorer, too. */
export function neuronSymbols({ session, study, selection, ui }: CommandServices): vscode.Disposable {
  return vscode.languages.registerWorkspaceSymbolProvider({
    provideWorkspaceSymbols(line): NeuronSymbol[] {
      const corpus = study.openCorpus;
      const query = neuronQuery(line);
      // Symbols of other languages are asked for by the same box: only what looks like a search for neurons is answered.
      if (!corpus || query.kind === 'nothing' || query.kind === 'word') return [];
      const taps = study.model?.kind === 'open' ? study.model.what.taps : [];
      const rows = neuronRows(query, { rankings: study.ranking?.rankings ?? [], selection: selection.now, taps });
      // Where it is strongest costs a look into the store, so that is found for the one that is taken.
      const location = new vscode.Location(vscode.Uri.parse(corpus.uri), new vscode.Position(0, 0));
      return rows.flatMap(({ label, description = '', detail, value }) => {
        const name = detail === undefined ? label : `${label} ${detail}`;
        const symbol = new vscode.SymbolInformation(name, vscode.SymbolKind.Number, `Golgi, ${description}`, location);
        return value ? Object.assign(symbol, { target: value }) : [];
      });
    },

    async resolveWorkspaceSymbol(symbol: NeuronSymbol): Promise<NeuronSymbol> {
      const corpus = study.openCorpus;
      if (!corpus) return symbol;
      const { target } = symbol;
      selection.send({ type: 'focus', ...target });
      await ui.showExplorer({ preserveFocus: true });
      const { neuron, side } = target;
      const { places } = await session.ask(findNeuron, { corpus: corpus.id, neuron, side });
      const [first] = places;
      const range = first ? new vscode.Range(first.line, first.start, first.line, first.end) : new vscode.Range(0, 0, 0, 0);
      symbol.location = new vscode.Location(vscode.Uri.parse(corpus.uri), range);
      return symbol;
    },
  });
}
