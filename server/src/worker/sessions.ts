/** Sessions that stay open between runs, the one used longest ago closed first. All of a model share its file's pages. */
import { statSync } from 'node:fs';
import { tapText } from '../protocol/neurons';
import { sitesText } from '../onnx/intervention';
import type { EditSite } from '../onnx/intervention';
import { openModelRun } from '../runtime/modelRun';
import type { ModelRun, Wanted } from '../runtime/modelRun';
import type { OpenModel } from './openModel';

/** What a session computes and how; with the model's files this is the key under which it is kept. */
export interface SessionSpec {
  readonly wanted: readonly Wanted[];
  readonly sites: readonly EditSite[];
  /** Many runs are expected: weights are copied into the processor's layout, for speed. */
  readonly often?: boolean;
}

interface Kept {
  readonly run: Promise<ModelRun>;
  readonly model: string;
  users: number;
}

export class SessionCache {
  readonly #limit: number;
  /** In order of use, the latest last. */
  readonly #kept = new Map<string, Kept>();
  readonly #open: typeof openModelRun;

  /** At most `limit` sessions are kept; those in use count and are never closed. */
  constructor(limit: number, open: typeof openModelRun = openModelRun) {
    this.#limit = limit;
    this.#open = open;
  }

  /** Keys of what is open, the one used longest ago first. */
  get keys(): readonly string[] {
    return [...this.#kept.keys()];
  }

  /** Calls `use` with the session of a spec, opened unless it is there. Throws what opening and `use` throw. */
  async use<T>(model: Pick<OpenModel, 'folder'>, spec: SessionSpec, use: (run: ModelRun) => Promise<T>): Promise<T> {
    const files = filesKey(model);
    const key = `${files} ${specKey(spec)}`;
    const kept = this.#kept.get(key) ?? {
      run: this.#open(model.folder, spec.wanted, { sites: spec.sites, prepack: spec.often ?? false }),
      model: files,
      users: 0,
    };
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    kept.users += 1;
    try {
      await this.#makeRoom();
      return await use(await kept.run);
    } catch (error) {
      // A session that could not be opened, or whose run failed, is not kept: the next call starts anew.
      this.#kept.delete(key);
      await kept.run.then((run) => run.release()).catch(() => undefined);
      throw error;
    } finally {
      kept.users -= 1;
    }
  }

  /** Closes all sessions of a model, or all; those in use are closed when the process ends. */
  async unload(model?: Pick<OpenModel, 'folder'>): Promise<void> {
    const files = model && filesKey(model);
    await this.#close([...this.#kept].filter(([, kept]) => kept.users === 0 && (files === undefined || kept.model === files)));
  }

  async #makeRoom(): Promise<void> {
    const idle = [...this.#kept].filter(([, kept]) => kept.users === 0);
    await this.#close(idle.slice(0, Math.max(0, this.#kept.size - this.#limit)));
  }

  async #close(entries: readonly (readonly [string, Kept])[]): Promise<void> {
    for (const [key, kept] of entries) {
      this.#kept.delete(key);
      await (await kept.run).release();
    }
  }
}

// A session is some megabytes beside the weights, which are shared; eight are as many as a person compares.
const mostSessions = 8;

/** The sessions of this worker. */
export const sessions = new SessionCache(mostSessions);

function filesKey({ folder }: Pick<OpenModel, 'folder'>): string {
  return folder.parts
    .map(({ file }) => {
      const { mtimeMs = 0, size = 0 } = statSync(file.path, { throwIfNoEntry: false }) ?? {};
      return JSON.stringify([file.path, size, mtimeMs]);
    })
    .join(' ');
}

function specKey({ wanted, sites, often = false }: SessionSpec): string {
  const outputs = wanted.map(({ stack, tensor, layout = '', plus = '' }) => [stack, tensor, layout, plus]);
  // Two corrections of one tap are two sites.
  const places = sites.map(({ tap }) => [tapText(tap.point), tap.tensor]);
  return JSON.stringify([outputs, sitesText(sites), places, often]);
}
