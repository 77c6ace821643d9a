/**
 * Keeps documents painted. One question to the server at a time, the most urgent first: what is seen, then what is
 * around it. Answers to a text that has changed since are thrown away. Nothing here knows the editor.
 */
import type { NeuronPaint, PaintNeuronParams, PaintScale } from '../../../server/src/protocol/messages';
import { farLines, nearLines, shownLines } from './lines';
import type { LineRange } from './lines';
import { PaintedLines } from './paintedLines';
import type { LineEdit } from './paintedLines';
import { isMarked } from './spans';
import type { PaintSpan } from './spans';

/** An editor that shows a corpus. */
export interface Canvas {
  readonly uri: string;
  readonly corpus: string;
  readonly lineCount: number;
  readonly visible: readonly LineRange[];
  /** Shows what `layers` gives, spans of each pin in the order of the pins, instead of what was shown. It may be asked later. */
  show(layers: () => readonly (readonly PaintSpan[])[]): void;
}

export interface PainterPorts {
  readonly paint: (params: PaintNeuronParams, signal: AbortSignal) => Promise<NeuronPaint>;
  /** The editors that are seen now. */
  readonly canvases: () => readonly Canvas[];
  readonly onPainted: () => void;
  /** A neuron that could not be painted is left out until `refresh` or until it is pinned again. */
  readonly onFailed: (neuron: string, error: unknown) => void;
}

/** What is painted on one document. */
interface Sheet {
  readonly corpus: string;
  readonly layers: Map<string, PaintedLines>;
  readonly failed: Set<string>;
  /** Counts changes of the text. */
  version: number;
  /** Set while somebody types. */
  typing: ReturnType<typeof setTimeout> | undefined;
}

interface Question {
  readonly uri: string;
  readonly sheet: Sheet;
  readonly neuron: string;
  readonly lines: LineRange;
  readonly near: boolean;
}

/** After so long without a change, changed lines are asked for again. */
const quietMs = 150;

export class Painter {
  /** Scale of each pinned neuron that has been painted. */
  readonly scales = new Map<string, PaintScale>();
  private readonly ports: PainterPorts;
  private readonly sheets = new Map<string, Sheet>();
  private pins: readonly string[] = [];
  private isOn = true;
  private asked: { readonly neuron: string; readonly uri: string; readonly abort: AbortController } | undefined;

  constructor(ports: PainterPorts) {
    this.ports = ports;
  }

  get on(): boolean {
    return this.isOn;
  }

  set on(on: boolean) {
    this.isOn = on;
    if (!on) this.asked?.abort.abort();
    this.showAll();
    this.look();
  }

  /** The first three are painted: fill, underline, overline. */
  setPins(pins: readonly string[]): void {
    const added = pins.filter((pin) => !this.pins.includes(pin));
    this.pins = pins.slice(0, 3);
    for (const { layers, failed } of this.sheets.values()) {
      for (const pin of added) failed.delete(pin);
      for (const neuron of layers.keys()) if (!this.pins.includes(neuron)) layers.delete(neuron);
    }
    for (const neuron of this.scales.keys()) if (!this.pins.includes(neuron)) this.scales.delete(neuron);
    if (this.asked && !this.pins.includes(this.asked.neuron)) this.asked.abort.abort();
    this.showAll();
    this.look();
  }

  /** Something else than the text changed (the server came back, a corpus went stale or is fresh again): all is asked for again. */
  refresh(): void {
    for (const sheet of this.sheets.values()) {
      sheet.version += 1;
      sheet.failed.clear();
      for (const layer of sheet.layers.values()) layer.doubt();
    }
    this.look();
  }

  /** Another part of a document is seen: shows what is known there. */
  scrolled(uri: string): void {
    this.showOn(uri);
    this.look();
  }

  /** Asks for what is missing where somebody looks. */
  look(): void {
    void this.askNext();
  }

  /** Shows what is known, on every editor that is seen. */
  showAll(): void {
    for (const canvas of this.ports.canvases()) this.show(canvas);
  }

  /** A document's text has changed. Touched lines lose their paint at once. */
  edited(uri: string, edits: readonly LineEdit[]): void {
    const sheet = this.sheets.get(uri);
    if (!sheet || edits.length === 0) return;
    sheet.version += 1;
    // Places of all edits are those before the change: from below, none moves another.
    const upwards = [...edits].sort((a, b) => b.from - a.from);
    for (const layer of sheet.layers.values()) for (const edit of upwards) layer.edit(edit);
    // Also where nothing was lost: places that are still on their way to the editor would be those of the text before.
    this.showOn(uri);
    clearTimeout(sheet.typing);
    sheet.typing = setTimeout(() => {
      sheet.typing = undefined;
      this.look();
    }, quietMs);
  }

  /** A document was closed. */
  closed(uri: string): void {
    clearTimeout(this.sheets.get(uri)?.typing);
    this.sheets.delete(uri);
    if (this.asked?.uri === uri) this.asked.abort.abort();
  }

  dispose(): void {
    this.isOn = false;
    this.asked?.abort.abort();
    for (const { typing } of this.sheets.values()) clearTimeout(typing);
    this.sheets.clear();
  }

  /** Spans of each pin that are known for a document. */
  layers(uri: string): readonly (readonly PaintSpan[])[] {
    const sheet = this.sheets.get(uri);
    return this.pins.map((pin) => (this.isOn && sheet?.layers.get(pin)?.spans) || []);
  }

  /** Around what is seen everything; elsewhere what the ruler marks, since nothing else of it is to be seen. */
  private show(canvas: Canvas): void {
    const lines = shownLines(canvas.visible, canvas.lineCount);
    canvas.show(() => {
      const layers = this.isOn ? this.sheets.get(canvas.uri)?.layers : undefined;
      return this.pins.map((neuron, pin) => layers?.get(neuron)?.on(lines, (span) => isMarked(pin, span)) ?? []);
    });
  }

  private showOn(uri: string): void {
    for (const canvas of this.ports.canvases()) if (canvas.uri === uri) this.show(canvas);
  }

  private async askNext(): Promise<void> {
    // The question that is out comes back here by itself.
    if (this.asked) return;
    const question = this.next();
    if (!question) return;
    const { uri, sheet, neuron, lines, near } = question;
    const abort = new AbortController();
    const { version } = sheet;
    this.asked = { neuron, uri, abort };
    try {
      const params = { corpus: sheet.corpus, neuron, fromLine: lines.from, toLine: lines.to - 1 };
      const { spans, scale } = await this.ports.paint(params, abort.signal);
      if (!abort.signal.aborted && sheet.version === version) {
        layerOf(sheet, neuron).add(lines, spans);
        this.scales.set(neuron, scale);
        // What is not seen is shown when all of it is there: each showing replaces everything.
        if (near || this.next()?.uri !== uri) this.showOn(uri);
        this.ports.onPainted();
      }
    } catch (error) {
      if (!abort.signal.aborted) {
        sheet.failed.add(neuron);
        this.ports.onFailed(neuron, error);
      }
    } finally {
      this.asked = undefined;
    }
    await this.askNext();
  }

  /** The most urgent lines that are not known. */
  private next(): Question | undefined {
    if (!this.isOn) return undefined;
    const canvases = this.ports.canvases().map((canvas) => ({ canvas, sheet: this.sheetOf(canvas) }));
    const quiet = canvases.filter(({ sheet }) => sheet.typing === undefined);
    for (const near of [true, false]) {
      for (const { canvas, sheet } of quiet) {
        const ranges = near ? nearLines(canvas.visible, canvas.lineCount) : farLines(canvas.visible, canvas.lineCount);
        for (const neuron of this.pins.filter((pin) => !sheet.failed.has(pin))) {
          const layer = layerOf(sheet, neuron);
          for (const range of ranges) {
            const lines = layer.gaps(range)[0];
            if (lines) return { uri: canvas.uri, sheet, neuron, lines, near };
          }
        }
      }
    }
    return undefined;
  }

  private sheetOf({ uri, corpus }: Canvas): Sheet {
    const sheet = this.sheets.get(uri);
    if (sheet?.corpus === corpus) return sheet;
    // Opened anew as a corpus: nothing of the earlier one holds.
    clearTimeout(sheet?.typing);
    const made: Sheet = { corpus, layers: new Map(), failed: new Set(), version: 0, typing: undefined };
    this.sheets.set(uri, made);
    return made;
  }
}

function layerOf({ layers }: Sheet, neuron: string): PaintedLines {
  const known = layers.get(neuron);
  if (known) return known;
  const made = new PaintedLines();
  layers.set(neuron, made);
  return made;
}
