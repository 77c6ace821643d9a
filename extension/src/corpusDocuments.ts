/**
 * Which documents the server hears of. A corpus keeps its language and can be any file, so no selector knows it; this
 * middleware lets through what was chosen as a corpus, and what once was as long as it stays open.
 */
import * as vscode from 'vscode';
import { DidOpenTextDocumentNotification } from 'vscode-languageclient/node';
import type { LanguageClient, Middleware } from 'vscode-languageclient/node';

/** How long a hover may stay empty before it says that it is being computed. */
const patienceMs = 2_000;

export interface CorpusDocumentsDeps {
  readonly isCorpus: (uri: string) => boolean;
  /** A hover had something to show of the word that begins there. */
  readonly onHover: (uri: string, line: number, character: number) => void;
  /** Settles when a hover that was being computed can be asked for again, or when the token is cancelled. */
  readonly settled: (token: vscode.CancellationToken) => Promise<unknown>;
}

export class CorpusDocuments {
  readonly middleware: Middleware;
  readonly #isCorpus: (uri: string) => boolean;
  /** Documents whose text the server has. */
  readonly #shown = new Set<string>();

  constructor({ isCorpus, onHover, settled }: CorpusDocumentsDeps) {
    this.#isCorpus = isCorpus;
    this.middleware = {
      didOpen: async (document, next) => {
        if (!this.#admit(document)) return;
        await next(document);
      },
      didChange: async (event, next) => {
        if (this.#shown.has(event.document.uri.toString())) await next(event);
      },
      didSave: async (document, next) => {
        if (this.#shown.has(document.uri.toString())) await next(document);
      },
      didClose: async (document, next) => {
        if (this.#shown.delete(document.uri.toString())) await next(document);
      },
      provideHover: async (document, position, token, next) => {
        if (!this.#isCorpus(document.uri.toString())) return null;
        const ask = async () => next(document, position, token);
        const first = await ask();
        // A hover without a range says only that it is being computed. The editor never replaces what it shows, so the answer
        // is held back, for which it shows by itself that it waits; who moves the pointer away cancels the token.
        const isReady = !first || first.range !== undefined || (await within(patienceMs, settled(token)));
        const hover = first && !first.range && isReady && !token.isCancellationRequested ? await ask() : first;
        if (hover?.range) onHover(document.uri.toString(), hover.range.start.line, hover.range.start.character);
        return hover;
      },
    };
  }

  /** Tells the server of a document that became a corpus while it was open. */
  show(client: LanguageClient, uri: string): void {
    const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri);
    if (!document || this.#shown.has(uri) || !this.#admit(document)) return;
    const params = client.code2ProtocolConverter.asOpenTextDocumentParams(document);
    void client.sendNotification(DidOpenTextDocumentNotification.type, params);
  }

  #admit(document: vscode.TextDocument): boolean {
    const uri = document.uri.toString();
    if (!this.#isCorpus(uri)) return false;
    this.#shown.add(uri);
    return true;
  }
}

/** Whether something settles in time, however it does. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(resolve, milliseconds, false)));
  const done = work.then(
    () => true,
    () => true,
  );
  return Promise.race([done, late]).finally(() => clearTimeout(timer));
}
