/** Paints pinned neurons on the corpora that are open: the editor's side of `Painter`. */
import * as vscode from 'vscode';
import type { NeuronPaint, PaintNeuronParams, PaintScale } from '../../../server/src/protocol/messages';
import { Brush } from './brush';
import { createDecorationTypes } from './decorations';
import { Painter } from './painter';
import type { Canvas } from './painter';
import type { LineEdit } from './paintedLines';
import type { PaintSpan } from './spans';

export interface HeatPorts {
  /** Values of a neuron on lines of a corpus; the signal says that nobody waits for them any more. */
  readonly paint: (params: PaintNeuronParams, signal: AbortSignal) => Promise<NeuronPaint>;
  /** The corpus that a document is, if it is one. */
  readonly corpusOf: (uri: string) => string | undefined;
  readonly log: (text: string) => void;
}

export class HeatMap implements vscode.Disposable {
  private readonly ports: HeatPorts;
  private readonly types = createDecorationTypes();
  private readonly painter: Painter;
  private readonly painted = new vscode.EventEmitter<void>();
  private readonly brushes = new WeakMap<vscode.TextEditor, Brush<vscode.Range>>();
  private readonly listening: vscode.Disposable;

  /** After every answer of the server, and when painting is turned on or off. */
  readonly onDidPaint = this.painted.event;

  constructor(ports: HeatPorts) {
    this.ports = ports;
    this.painter = new Painter({
      paint: ports.paint,
      canvases: () => vscode.window.visibleTextEditors.flatMap((editor) => this.canvasOf(editor) ?? []),
      onPainted: () => this.painted.fire(),
      onFailed: (neuron, error) => ports.log(`${neuron} is not painted: ${error instanceof Error ? error.message : String(error)}`),
    });
    this.listening = vscode.Disposable.from(
      vscode.window.onDidChangeVisibleTextEditors(() => {
        this.painter.showAll();
        this.painter.look();
      }),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
        this.painter.scrolled(textEditor.document.uri.toString());
      }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        this.painter.edited(document.uri.toString(), contentChanges.map(lineEdit));
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.painter.closed(uri.toString())),
    );
  }

  /** Whether pins are painted at all. */
  get on(): boolean {
    return this.painter.on;
  }

  toggle(): void {
    this.painter.on = !this.painter.on;
    this.painted.fire();
  }

  setPins(pins: readonly string[]): void {
    this.painter.setPins(pins);
  }

  /** To be called when a corpus was opened, went stale or is fresh again, and when the server came back. */
  refresh(): void {
    this.painter.refresh();
    this.painter.showAll();
  }

  /** Scale of each pinned neuron that has been painted. */
  get scales(): ReadonlyMap<string, PaintScale> {
    return this.painter.scales;
  }

  /** What is painted on a document, in the order of the pins. */
  spans(uri: string): readonly (readonly PaintSpan[])[] {
    return this.painter.layers(uri);
  }

  dispose(): void {
    this.listening.dispose();
    this.painter.dispose();
    this.painted.dispose();
    for (const type of this.types) type.dispose();
  }

  private canvasOf(editor: vscode.TextEditor): Canvas | undefined {
    const uri = editor.document.uri.toString();
    const corpus = this.ports.corpusOf(uri);
    if (corpus === undefined) return undefined;
    return {
      uri,
      corpus,
      lineCount: editor.document.lineCount,
      visible: editor.visibleRanges.map(({ start, end }) => ({ from: start.line, to: end.line + 1 })),
      show: (layers) => this.brushOf(editor).show(layers),
    };
  }

  private brushOf(editor: vscode.TextEditor): Brush<vscode.Range> {
    const known = this.brushes.get(editor);
    if (known) return known;
    const made = new Brush<vscode.Range>({
      placeOf: ({ line, start, end }) => new vscode.Range(line, start, line, end),
      set: (kind, places) => {
        const type = this.types[kind];
        if (type) editor.setDecorations(type, places);
      },
      pause: () => new Promise((resolve) => setImmediate(resolve)),
      clock: () => performance.now(),
    });
    this.brushes.set(editor, made);
    return made;
  }
}

function lineEdit({ range: { start, end }, text }: vscode.TextDocumentContentChangeEvent): LineEdit {
  return { from: start.line, to: end.line + 1, added: text.split(/\r\n|\r|\n/).length - 1 - (end.line - start.line) };
}
