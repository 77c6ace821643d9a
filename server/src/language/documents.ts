/** The open documents, by lines: their texts as the editor has them, saved or not, and a hash of every line. */
import type { Connection, TextDocumentContentChangeEvent } from 'vscode-languageserver';
import { lineHash } from '../corpus/places';

const lineEnds = /\r\n|\n|\r/;

/** UTF-16 units read before the loop turns: some ten milliseconds of splitting and hashing. */
const unitsAtOnce = 1 << 20;

/** One open document. A long one is read piece by piece; what is typed meanwhile waits. */
export class LinesOfDocument {
  readonly #onRead: () => void;
  #lines: string[] = [];
  #hashes: number[] = [];
  /** Changes since reading began; undefined once all is read. */
  #waiting: TextDocumentContentChangeEvent[] | undefined;
  /** Counts readings: a text that replaces the whole document ends the reading of the one before. */
  #reading = 0;

  /** `onRead` is called when a text that took more than one turn of the loop has been read. */
  constructor(text: string, onRead: () => void) {
    this.#onRead = onRead;
    this.#read(text);
  }

  /** A hash of each line; undefined while the text is being read. */
  get hashes(): readonly number[] | undefined {
    return this.#waiting ? undefined : this.#hashes;
  }

  /** Applies a change; only its own lines are hashed. */
  change(event: TextDocumentContentChangeEvent): void {
    if (!('range' in event)) {
      this.#read(event.text);
      return;
    }
    if (this.#waiting) {
      this.#waiting.push(event);
      return;
    }
    const { start, end } = event.range;
    const before = (this.#lines[start.line] ?? '').slice(0, start.character);
    const after = (this.#lines[end.line] ?? '').slice(end.character);
    this.#replace(start.line, end.line + 1, before + event.text + after);
  }

  #replace(from: number, to: number, text: string): void {
    const lines = text.split(lineEnds);
    this.#lines = [...this.#lines.slice(0, from), ...lines, ...this.#lines.slice(to)];
    const after = this.#hashes.splice(from).slice(to - from);
    for (const line of lines) this.#hashes.push(lineHash(line));
    for (const hash of after) this.#hashes.push(hash);
  }

  #read(text: string): void {
    this.#lines = [];
    this.#hashes = [];
    this.#waiting = [];
    const reading = ++this.#reading;
    const end = new RegExp(lineEnds, 'g');
    const piece = (from: number): boolean => {
      let start = from;
      while (start - from < unitsAtOnce) {
        const found = end.exec(text);
        const line = text.slice(start, found?.index ?? text.length);
        this.#lines.push(line);
        this.#hashes.push(lineHash(line));
        if (!found) return this.#done();
        start = end.lastIndex;
      }
      setImmediate(() => {
        if (reading === this.#reading && piece(start)) this.#onRead();
      });
      return false;
    };
    piece(0);
  }

  #done(): true {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const event of waiting) this.change(event);
    return true;
  }
}

/** All open documents, kept up to date by the connection. `onChange` hears of every one that was opened, changed or closed. */
export class OpenDocuments {
  readonly #documents = new Map<string, LinesOfDocument>();

  constructor(connection: Connection, onChange: (uri: string) => void) {
    connection.onDidOpenTextDocument(({ textDocument: { uri, text } }) => {
      const document = new LinesOfDocument(text, () => {
        if (this.#documents.get(uri) === document) onChange(uri);
      });
      this.#documents.set(uri, document);
      onChange(uri);
    });
    connection.onDidChangeTextDocument(({ textDocument: { uri }, contentChanges }) => {
      for (const change of contentChanges) this.#documents.get(uri)?.change(change);
      onChange(uri);
    });
    connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
      this.#documents.delete(uri);
      onChange(uri);
    });
  }

  get(uri: string): LinesOfDocument | undefined {
    return this.#documents.get(uri);
  }
}
