/** The two paints of a window: of the pinned neurons, or of the words on which a neuron and its formula disagree. */
import type * as vscode from 'vscode';
import type { NeuronPaint } from '../../server/src/protocol/messages';
import { paintFormula, paintNeuron } from '../../server/src/protocol/messages';
import { HeatMap } from './heat/heatMap';
import { asPaint } from './paintedFormula';
import type { PaintedFormula } from './paintedFormula';
import { painted } from './selection';
import type { SelectionStore } from './selection';
import type { ServerRun } from './session';
import type { Study } from './study';

export interface PaintDeps {
  readonly ask: ServerRun['ask'];
  readonly study: Study;
  readonly selection: SelectionStore;
  readonly formula: PaintedFormula;
  readonly log: vscode.LogOutputChannel;
}

export interface Paints {
  readonly heat: HeatMap;
  readonly disagreement: HeatMap;
  /** Paints what is to be painted now: one of the two at a time, as their hues do not mean the same. */
  readonly choose: () => void;
  /** The formula is another one, which a neuron can have as well as the one before. */
  readonly changeFormula: () => void;
}

/** Makes both; nothing is painted before `choose`. */
export function createPaints({ ask, study, selection, formula, log }: PaintDeps): Paints {
  const common = {
    corpusOf: (uri: string) => (study.openCorpus?.uri === uri ? study.openCorpus.id : undefined),
    log: (text: string) => log.warn(text),
  };
  const heat = new HeatMap({ ...common, paint: (params, signal): Promise<NeuronPaint> => ask(paintNeuron, params, { signal }) });
  const disagreement = new HeatMap({
    ...common,
    paint: async (params, signal): Promise<NeuronPaint> => {
      const explained = formula.now;
      if (!explained) throw new Error('no formula is painted any more');
      return asPaint(await ask(paintFormula, { ...params, explained }, { signal }), explained);
    },
  });
  const choose = (): void => {
    heat.setPins(formula.now ? [] : painted(selection.now));
    disagreement.setPins(formula.now ? [formula.now.neuron] : []);
  };
  return {
    ...{ heat, disagreement, choose },
    changeFormula() {
      disagreement.setPins([]);
      choose();
    },
  };
}
