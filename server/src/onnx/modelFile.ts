/** One ONNX file, opened: found to be one, decoded, checked, its external weights resolved. Nothing of it has been run. */
import { realpathSync, statSync } from 'node:fs';
import { InputError } from '../protocol/errors';
import type { Problem } from '../protocol/errors';
import { FileSource } from './bytes';
import { checkModel } from './checks/checkModel';
import type { SoundModel } from './checks/checkModel';
import { sharedNames } from './checks/wiring';
import { decodeModel } from './codec';
import { normalised } from './normalise';
import { withExternalData } from './externalData';
import type { ExternalDataOptions } from './externalData';
import { indexGraph } from './graph';
import type { GraphIndex } from './graph';
import { sniffModel } from './sniff';

export interface ModelFile {
  /** As the person knows it. */
  readonly path: string;
  readonly bytes: number;
  readonly model: SoundModel;
  readonly index: GraphIndex;
  /** What is odd about the file, and no reason to refuse it. */
  readonly warnings: readonly Problem[];
}

/**
 * Opens a model. Reads its structure only: a file of gigabytes takes milliseconds. Throws InputError with the codes of
 * `sniffModel`, `decodeModel`, `checkModel` and `withExternalData`, and MODEL_FOLDER where the path is no file.
 */
export function openModelFile(path: string, options: ExternalDataOptions & { readonly goesOn?: boolean } = {}): ModelFile {
  // Asked before opening: opening a pipe would wait for ever.
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw new InputError(
      'MODEL_FOLDER',
      { file: path },
      {
        found: 'no ordinary file',
        expected: 'an ONNX file or a folder with one',
        remedy: 'check the path',
      },
    );
  }
  const source = new FileSource(realpathSync(path), path);
  const { model, warnings } = source.whileOpen(() => {
    sniffModel(source);
    const sound = checkModel(decodeModel(source), path);
    return { model: normalised(withExternalData(sound, path, options), options.goesOn), warnings: sharedNames(sound, path) };
  });
  return { path, bytes: source.size, model, index: indexGraph(model.graph), warnings };
}
