/** Cards of methods as documents: Markdown that the editor renders beside the work, and that nobody can edit. */
import * as vscode from 'vscode';
import { cardMarkdown } from '../../server/src/protocol/methodCard';
import type { MethodCard } from '../../server/src/protocol/methodCard';

const scheme = 'golgi-method';
const cards = new Map<string, string>();

/** Serves the documents of cards that were shown. */
export function methodDocuments(): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: ({ path }) => cards.get(path) ?? '',
  });
}

/** Shows a card, rendered; as plain text where the editor's own preview is switched off. */
export async function showMethodCard(card: MethodCard): Promise<void> {
  const uri = vscode.Uri.from({ scheme, path: `/${card.title.replaceAll('/', '-')}.md` });
  cards.set(uri.path, cardMarkdown(card));
  const known = await vscode.commands.getCommands(true);
  if (known.includes('markdown.showPreviewToSide')) await vscode.commands.executeCommand('markdown.showPreviewToSide', uri);
  else await vscode.window.showTextDocument(uri, { preview: true, viewColumn: vscode.ViewColumn.Beside });
}
