/**
 * The identity of a model, remembered by the state of its files: hashing gigabytes takes seconds, and a ranking of stored
 * activations should not wait for it. A file that was touched is hashed again.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '../activations/makeFolder';
import { hashModel } from '../onnx/hash';
import type { OpenModel } from './openModel';

export interface ModelIdentity {
  /** SHA-256 (hex) over the graphs of all parts, and over their weights. */
  readonly graph: string;
  readonly weights: string;
}

/** Graph and weight hash of a model; the weights are read at most once per state of its files. */
export function identify(model: OpenModel, cache: string): ModelIdentity {
  if (model.knownIdentity) return model.knownIdentity;
  const state = stateOf(model);
  const file = join(cache, 'models', `${createHash('sha256').update(state).digest('hex').slice(0, 32)}.json`);
  const known = readIdentity(file);
  if (known) return known;
  const hashes = model.folder.parts.map(({ file: part }) => hashModel(part.model));
  const all = (values: readonly string[]): string =>
    values.length === 1 ? (values[0] ?? '') : createHash('sha256').update(values.join()).digest('hex');
  const identity = { graph: all(hashes.map(({ graph }) => graph)), weights: all(hashes.map(({ weights }) => weights)) };
  remember(file, identity);
  return identity;
}

/** Everything in the model's folders that could hold weights: path, size, time of the last change and inode. */
function stateOf({ folder }: OpenModel): string {
  const paths = folder.parts.map(({ file }) => realpathSync(file.path));
  const beside = [...new Set(paths.map((path) => dirname(path)))].flatMap((place) => readdirSync(place).map((name) => join(place, name)));
  return [...new Set([...paths, ...beside])]
    .sort()
    .flatMap((path) => {
      const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
      return stat?.isFile() ? [`${path} ${stat.size} ${stat.mtimeNs} ${stat.ino}`] : [];
    })
    .join('\n');
}

function readIdentity(file: string): ModelIdentity | undefined {
  try {
    const { graph, weights } = JSON.parse(readFileSync(file, 'utf8')) as Partial<ModelIdentity>;
    const whole = (hash: unknown): hash is string => typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash);
    return whole(graph) && whole(weights) ? { graph, weights } : undefined;
  } catch {
    return undefined;
  }
}

function remember(file: string, identity: ModelIdentity): void {
  try {
    makeFolder(dirname(file));
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify(identity));
    renameSync(temporary, file);
  } catch {
    // Only a memory: without it the next run hashes again.
  }
}
