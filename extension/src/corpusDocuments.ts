/**
 * Which documents the server hears of. A corpus keeps its language and can be any file, so no selector knows it; this
 * middleware lets through what was chosen as a corpus, and what once was as long as it stays open.
 */
import * as vscode from 'vscode';
import { DidOpenTextDocumentNotification } from 'vscode-languageclient/node';
import type { LanguageClient, Middleware } from 'vscode-languageclient/node';

export class CorpusDocuments {
  readonly middleware: Middleware;
  readonly #isCorpus: (uri: string) => boolean;
  /** Documents whose text the server has. */
  readonly #shown = new Set<string>();

  constructor(isCorpus: (uri: string) => boolean, onHover: () => void) {
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
        const hover = await next(document, position, token);
        if (hover) onHover();
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
