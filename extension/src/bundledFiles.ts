/** Models and the corpus that come with the product. */
import type * as vscode from 'vscode';
import type { Bundled } from './commands/services';

/** Where they lie on this disk. */
export function bundledFiles(context: vscode.ExtensionContext): Bundled {
  return {
    models: [
      { name: 'demo-gpt2', folder: context.asAbsolutePath('media/models/demo-gpt2'), detail: 'A small GPT-2: 4 layers, width 128' },
      { name: 'demo-bert', folder: context.asAbsolutePath('media/models/demo-bert'), detail: 'A small BERT, for masked words' },
    ],
    corpus: context.asAbsolutePath('media/corpus/golgi-sample.jsonl'),
  };
}
