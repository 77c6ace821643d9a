/** The open documents, by lines: their texts as the editor has them, saved or not, and a hash of every line. */
import type { Connection, TextDocumentContentChangeEvent } from 'vscode-languageserver';
import { lineHash } from '../corpus/places';

const lineEnds = /\r\n|\n|\r/;

/** One open document. */
export class LinesOfDocument {
  #lines: string[];
  readonly #hashes: number[];

  constructor(text: string) {
    this.#lines = text.split(lineEnds);
    this.#hashes = this.#lines.map(lineHash);
  }

  get hashes(): readonly number[] {
    return this.#hashes;
  }

  /** Applies a change; costs its own lines. */
  change(event: TextDocumentContentChangeEvent): void {
    if (!('range' in event)) {
      this.#replace(0, this.#lines.length, event.text);
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
}

/** All open documents, kept up to date by the connection. `onChange` hears of every one that was opened, changed or closed. */
export class OpenDocuments {
  readonly #documents = new Map<string, LinesOfDocument>();

  constructor(connection: Connection, onChange: (uri: string) => void) {
    connection.onDidOpenTextDocument(({ textDocument: { uri, text } }) => {
      this.#documents.set(uri, new LinesOfDocument(text));
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
