/** Model folders made for one test, and what opening them says. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach } from 'vitest';
import type { ExternalDataOptions } from '../../server/src/onnx/externalData';
import type { Problem } from '../../server/src/protocol/errors';
import { openModelFolder } from '../../server/src/onnx/modelFolder';
import type { ModelFolder } from '../../server/src/onnx/modelFolder';
import { findingsOf } from './findings';

export interface EmptyFolders {
  readonly root: string;
  /** The folder of the present test, within `root`. */
  readonly folder: string;
  /** Writes a file of the present folder and gives its path. */
  write(name: string, content: string | Uint8Array): string;
  open(path?: string, options?: ExternalDataOptions): ModelFolder;
  /** The findings with which a folder is refused; none where it opens. */
  refused(path?: string, options?: ExternalDataOptions): readonly Problem[];
}

/** An empty folder for each test of a file; all of them are removed afterwards. */
export function emptyFolders(): EmptyFolders {
  const root = mkdtempSync(join(tmpdir(), 'golgi-models-'));
  let count = 0;
  const folders: EmptyFolders & { folder: string } = {
    root,
    folder: root,
    write(name, content) {
      const path = join(folders.folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      return path;
    },
    open: (path = folders.folder, options) => openModelFolder(path, options),
    refused: (path = folders.folder, options) => findingsOf(() => openModelFolder(path, options)),
  };
  beforeEach(() => {
    folders.folder = join(root, String(++count));
    mkdirSync(folders.folder);
  });
  afterAll(() => {
    rmSync(root, { recursive: true });
  });
  return folders;
}
