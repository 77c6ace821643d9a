/** Sessions that stay open between runs, the one used longest ago closed first. All of a model share its file's pages. */
import { statSync } from 'node:fs';
import { tapText } from '../protocol/neurons';
import { sitesText } from '../onnx/intervention';
import type { EditSite } from '../onnx/intervention';
import type { TapTensor } from '../onnx/taps';
import { openGradientRun } from '../runtime/gradientRun';
import type { GradientRun, ScalarOf } from '../runtime/gradientRun';
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

/** The derivatives of one token's neurons that a session computes. */
export interface GradientSpec {
  readonly of: ScalarOf;
  readonly taps: readonly TapTensor[];
  readonly sites: readonly EditSite[];
  readonly forwardOnly?: boolean;
}

/** What sessions are opened by; tests hand in others. */
interface Openers {
  readonly run: typeof openModelRun;
  readonly gradient: typeof openGradientRun;
}

interface Releasable {
  release(): Promise<void>;
}

interface Kept<T extends Releasable = Releasable> {
  readonly session: Promise<T>;
  readonly files: string;
  users: number;
}

export class SessionCache {
  readonly #limit: number;
  /** In order of use, the latest last. */
  readonly #kept = new Map<string, Kept>();
  readonly #open: Openers;

  /** At most `limit` sessions are kept; those in use count and are never closed. */
  constructor(limit: number, { run = openModelRun, gradient = openGradientRun }: Partial<Openers> = {}) {
    this.#limit = limit;
    this.#open = { run, gradient };
  }

  /** Keys of what is open, the one used longest ago first. */
  get keys(): readonly string[] {
    return [...this.#kept.keys()];
  }

  /** Calls `use` with the session of a spec, opened unless it is there. Throws what opening and `use` throw. */
  use<T>(model: Pick<OpenModel, 'folder'>, spec: SessionSpec, use: (run: ModelRun) => Promise<T>): Promise<T> {
    const { wanted, sites, often = false } = spec;
    return this.#with(model, specKey(spec), () => this.#open.run(model.folder, wanted, { sites, prepack: often }), use);
  }

  /** The same for derivatives. Throws MODEL_GRADIENT as `openGradientRun` does. */
  useGradient<T>(model: Pick<OpenModel, 'folder'>, spec: GradientSpec, use: (run: GradientRun) => Promise<T>): Promise<T> {
    const { of, taps, sites, forwardOnly = false } = spec;
    const open = () => this.#open.gradient(model.folder, of, taps, { sites, oneToken: true, forwardOnly });
    return this.#with(model, gradientKey(spec), open, use);
  }

  /** Closes all sessions, or all but those of one model as its files are now; those in use are closed with their last run. */
  async unload(except?: Pick<OpenModel, 'folder'>): Promise<void> {
    const files = except && filesKey(except);
    await this.#drop([...this.#kept].filter(([, kept]) => kept.files !== files));
  }

  async #with<S extends Releasable, T>(
    model: Pick<OpenModel, 'folder'>,
    spec: string,
    open: () => Promise<S>,
    use: (session: S) => Promise<T>,
  ): Promise<T> {
    const files = filesKey(model);
    const key = `${files} ${spec}`;
    // A key tells what kind of session it is of.
    const kept = (this.#kept.get(key) as Kept<S> | undefined) ?? { session: open(), files, users: 0 };
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    kept.users += 1;
    try {
      await this.#makeRoom();
      return await use(await kept.session);
    } catch (error) {
      // A session that could not be opened, or whose run failed, is not kept: the next call starts anew.
      if (this.#kept.get(key) === kept) this.#kept.delete(key);
      throw error;
    } finally {
      kept.users -= 1;
      if (this.#kept.get(key) !== kept) await closed(kept);
    }
  }

  async #makeRoom(): Promise<void> {
    const idle = [...this.#kept].filter(([, kept]) => kept.users === 0);
    await this.#drop(idle.slice(0, Math.max(0, this.#kept.size - this.#limit)));
  }

  async #drop(entries: readonly (readonly [string, Kept])[]): Promise<void> {
    for (const [key] of entries) this.#kept.delete(key);
    for (const [, kept] of entries) await closed(kept);
  }
}

/** Closes a session that is no longer kept, unless somebody still uses it: then the last of these closes it. */
async function closed({ session, users }: Kept): Promise<void> {
  if (users > 0) return;
  // What could not be opened has nothing to close; whoever asked for it was told.
  await session.then(
    (opened) => opened.release(),
    () => undefined,
  );
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
  return JSON.stringify(['run', outputs, sitesText(sites), places, often]);
}

function gradientKey({ of, taps, sites, forwardOnly = false }: GradientSpec): string {
  const { tensor, stack, kind, perToken, width } = of;
  const by = taps.map(({ point, tensor: name }) => [tapText(point), name]);
  return JSON.stringify(['gradient', [tensor, stack, kind, perToken, width ?? null], by, sitesText(sites), forwardOnly]);
}
