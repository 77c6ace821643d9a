/** What commands need of the editor's window, small enough that a test can stand in for it. */
import type { MethodCard } from '../../server/src/protocol/methodCard';
import type { Progress } from '../../server/src/protocol/workerMessages';
import type { NeuronTarget } from './goTo/neuronRows';
import type { NeuronPick } from './goTo/pickNeuron';
import type { CorpusPlace } from './study';

/** A row of a quick pick; `separator` rows only group. */
export interface Choice<T> {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly separator?: boolean;
  readonly picked?: boolean;
  readonly value?: T;
}

export interface PickOptions {
  readonly title: string;
  readonly placeholder: string;
}

/** Something to be done after a message was read. */
export interface Button {
  readonly title: string;
  readonly command: string;
}

/** A document that somebody edits; its path when it is a file on this disk. */
export interface ActiveDocument {
  readonly name: string;
  readonly path: string | undefined;
}

/** A stretch of a line in a document; lines and characters count from 0. */
export interface Stretch {
  readonly uri: string;
  readonly line: number;
  readonly character: number;
  readonly length: number;
}

export interface Ui {
  /** Says something in one sentence. */
  tell(text: string, ...buttons: readonly Button[]): void;
  /** Says what failed, with its remedy, and offers the log and what may help. */
  fail(error: unknown, ...buttons: readonly Button[]): void;
  /** One of the rows; undefined when the person thought better of it. */
  pick<T>(choices: readonly Choice<T>[] | Promise<readonly Choice<T>[]>, options: PickOptions): Promise<T | undefined>;
  /** Any number of rows, or what was typed when it is none of them; can be typed into before the rows are there. */
  pickSome(choices: Promise<readonly Choice<string>[]>, options: PickOptions): Promise<readonly string[] | undefined>;
  /** A neuron that is looked for; undefined when the person thought better of it. */
  pickNeuron(pick: NeuronPick): Promise<NeuronTarget | undefined>;
  /** Any number of rows, those ticked at first that are `picked`; undefined when the person thought better of it. */
  pickMany<T>(choices: readonly Choice<T>[], options: PickOptions): Promise<readonly T[] | undefined>;
  /** A line of text; `wrong` says what is wrong with it, or undefined. */
  ask(options: PickOptions & { readonly value: string; readonly wrong: (text: string) => string | undefined }): Promise<string | undefined>;
  askForFile(title: string, kind: 'folder' | 'file'): Promise<string | undefined>;
  askWhereToSave(title: string, name: string): Promise<string | undefined>;
  /** Shows numbers while the work goes on; the person can stop it. */
  progress<R>(title: string, work: (report: (progress: Progress) => void, signal: AbortSignal) => Promise<R>): Promise<R>;
  /** Shows that something is under way that needs no attention. */
  busy<R>(title: string, work: () => Promise<R>): Promise<R>;
  /** Paths of files in the workspace. */
  findFiles(glob: string): Promise<readonly string[]>;
  /** The text document in the active editor; undefined when there is none. */
  activeDocument(): ActiveDocument | undefined;
  /** Saves a document that has unsaved changes; false when the person thought better of it. */
  save(uri: string): Promise<boolean>;
  /** Asks where to keep the active editor's text, and keeps it there; undefined when the person thought better of it. */
  saveAsFile(): Promise<CorpusPlace | undefined>;
  placeOf(path: string): CorpusPlace;
  /** Bytes of a document's file; 0 when it is not there. */
  sizeOf(uri: string): Promise<number>;
  /** Shows a document; false when it is so large that extensions do not get its text. */
  openDocument(uri: string, options?: { readonly readOnly?: boolean; readonly preview?: boolean }): Promise<boolean>;
  /** Shows a stretch of a document, in preview; an editor that has the document already is used. */
  reveal(stretch: Stretch): Promise<void>;
  /** Where the cursor is in a document that is seen. */
  cursorIn(uri: string): Stretch | undefined;
  /** Shows stretches in a peek below one of them, or below another place. */
  peek(at: Stretch, found: readonly Stretch[]): Promise<void>;
  openResult(file: string): Promise<void>;
  /** Shows the card of a method, to be read. */
  showMethodCard(card: MethodCard): Promise<void>;
  /** Opens the card of an `.onnx` file. */
  openModelCard(file: string): Promise<void>;
  /** With `preserveFocus` the keyboard stays where it is. */
  showExplorer(options?: { readonly preserveFocus: boolean }): Promise<void>;
  copyFile(from: string, to: string): Promise<void>;
  copyText(text: string): Promise<void>;
}
