/** `golgi merge`: shards that were extracted elsewhere become the extraction that one machine would have written. */
import { closeSync, openSync, readSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Problem, CancelledError, InputError, problem } from '../protocol/errors';
import { type ExportManifest, type ExportedChunk, type ExportedTap, matrixFile, readExportManifest, wordsFile } from './exportManifest';
import { ExportWriter } from './exportWriter';
import { npyKind } from './chunkFile';
import { runKey } from './identity';
import { NpyFile } from './npy';
import { itemSize, ourHeaderBytes } from './npyHeader';
import { type WordsColumns, readWords } from './wordsTable';

interface ShardFolder {
  readonly folder: string;
  readonly manifest: ExportManifest;
}

/** A chunk and where it lies. */
interface PlacedChunk {
  readonly shard: ShardFolder;
  readonly chunk: ExportedChunk;
  /** Its first row in the shard's matrices. */
  readonly firstRow: number;
}

/**
 * Joins the shards in `folders` into `out`, byte for byte what an extraction of the whole would be. Throws `InputError` SHARDS
 * that lists every folder that does not belong, every chunk that is missing, there twice or damaged.
 */
export async function mergeShards(folders: readonly string[], out: string, signal?: AbortSignal): Promise<ExportManifest> {
  if (folders.some((folder) => resolve(folder) === resolve(out))) {
    throw refuse([finding(out, 'the folder of a shard to write to', 'another folder')]);
  }
  const { shards, chunks } = checkedShards(folders);
  const first = shards[0].manifest;
  const writer = new ExportWriter(out, { ...first, shard: null });
  try {
    for (const { shard, chunk, firstRow } of chunks) {
      if (signal?.aborted) throw new CancelledError('stopped; the folder holds no extraction');
      const words = await wordsOf(shard, firstRow, chunk);
      const found = writer.add(chunk.chunk, words, (tap) => matrixRows(shard, tap, firstRow, chunk.rows));
      const damaged = first.taps.filter((_, t) => found.sha256[t] !== chunk.sha256[t]).map(matrixFile);
      if (found.words !== chunk.words) damaged.push(wordsFile);
      if (damaged.length > 0) throw refuse(damaged.map((file) => damage(shard, file, chunk)));
    }
    return writer.finish();
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

/** Shards that belong together and their chunks, complete and in order. */
function checkedShards(folders: readonly string[]): { shards: readonly [ShardFolder, ...ShardFolder[]]; chunks: readonly PlacedChunk[] } {
  const findings: Problem[] = [];
  const shards: ShardFolder[] = [];
  for (const folder of folders) {
    const manifest = readExportManifest(folder);
    if ('code' in manifest) findings.push(manifest);
    else shards.push({ folder, manifest });
  }
  const [first, ...others] = shards;
  if (!first) throw refuse(findings.length > 0 ? findings : [finding('', 'no folder', 'one folder a shard')]);
  for (const other of others) findings.push(...differences(first, other));
  for (const shard of shards) findings.push(...fileFindings(shard));
  const chunks = shards.flatMap(placed).sort((a, b) => a.chunk.chunk - b.chunk.chunk);
  findings.push(...coverage(first.manifest.totalChunks, chunks));
  if (findings.length > 0) throw refuse(findings);
  return { shards: [first, ...others], chunks };
}

/** What keeps two shards from being parts of one extraction. */
function differences(first: ShardFolder, other: ShardFolder): Problem[] {
  const [a, b] = [first.manifest, other.manifest];
  const findings: Problem[] = [];
  if (runKey(a.identity) !== runKey(b.identity)) {
    const names = (Object.keys(a.identity) as (keyof typeof a.identity)[]).filter(
      (name) => name !== 'modelName' && JSON.stringify(a.identity[name]) !== JSON.stringify(b.identity[name]),
    );
    findings.push(finding(other.folder, `another ${names.join(', ')} than ${first.folder}`, 'shards of one model, corpus and setting'));
  }
  if (JSON.stringify(a.taps) !== JSON.stringify(b.taps)) {
    const list = ({ taps }: ExportManifest): string => taps.map(({ name }) => name).join(', ');
    findings.push(finding(other.folder, `taps ${list(b)}`, `those of ${first.folder}: ${list(a)}`));
  }
  if (a.totalChunks !== b.totalChunks)
    findings.push(finding(other.folder, `a corpus of ${b.totalChunks} chunks`, `${a.totalChunks} chunks`));
  return findings;
}

/** Matrices of a shard that are missing, or of another shape than its manifest says. */
function fileFindings({ folder, manifest }: ShardFolder): Problem[] {
  return manifest.taps.flatMap((tap): Problem[] => {
    const path = join(folder, matrixFile(tap));
    try {
      const file = new NpyFile(path);
      file.close();
      const { kind, fortran, shape, dataStart } = file.header;
      const right = kind === npyKind(manifest.identity.dtype) && !fortran && dataStart === ourHeaderBytes;
      if (right && shape.length === 2 && shape[0] === manifest.rows && shape[1] === tap.width) return [];
      return [
        finding(
          path,
          `${kind} of shape (${shape.join(', ')})`,
          `${npyKind(manifest.identity.dtype)} of shape (${manifest.rows}, ${tap.width})`,
        ),
      ];
    } catch (error) {
      if (error instanceof InputError) return [finding(path, error.problems[0].found, error.problems[0].expected)];
      throw error;
    }
  });
}

/** Chunks that are missing or there more than once. */
function coverage(total: number, chunks: readonly PlacedChunk[]): Problem[] {
  const holders = new Map<number, string[]>();
  for (const { chunk, shard } of chunks) holders.set(chunk.chunk, [...(holders.get(chunk.chunk) ?? []), shard.folder]);
  const missing = Array.from({ length: total }, (_, c) => c).filter((c) => !holders.has(c));
  const findings = [...holders]
    .filter(([chunk, folders]) => folders.length > 1 || chunk >= total)
    .map(([chunk, folders]) =>
      finding(folders.at(-1) ?? '', `chunk ${chunk} of ${total}, also in ${folders.slice(0, -1).join(', ') || 'none'}`, 'each chunk once'),
    );
  if (missing.length > 0) findings.push(finding('', `no shard holds chunks ${ranges(missing)}`, `all ${total} chunks`));
  return findings;
}

function placed(shard: ShardFolder): PlacedChunk[] {
  let firstRow = 0;
  return shard.manifest.chunks.map((chunk) => {
    const at = firstRow;
    firstRow += chunk.rows;
    return { shard, chunk, firstRow: at };
  });
}

/** Rows of a shard's matrix, in pieces of about 1 MB. */
function* matrixRows({ folder, manifest }: ShardFolder, tap: ExportedTap, from: number, rows: number): Generator<Uint8Array> {
  const rowBytes = tap.width * itemSize(npyKind(manifest.identity.dtype));
  const piece = Buffer.alloc(Math.max(1, Math.floor((1 << 20) / rowBytes)) * rowBytes);
  const handle = openSync(join(folder, matrixFile(tap)), 'r');
  try {
    for (let done = 0; done < rows * rowBytes;) {
      const got = readSync(handle, piece, 0, Math.min(piece.length, rows * rowBytes - done), ourHeaderBytes + from * rowBytes + done);
      if (got === 0) return;
      yield piece.subarray(0, got);
      done += got;
    }
  } finally {
    closeSync(handle);
  }
}

/** A chunk's rows of the word table. */
async function wordsOf(shard: ShardFolder, firstRow: number, chunk: ExportedChunk): Promise<WordsColumns> {
  try {
    return await readWords(join(shard.folder, wordsFile), firstRow, firstRow + chunk.rows);
  } catch {
    throw refuse([damage(shard, wordsFile, chunk)]);
  }
}

function damage({ folder }: ShardFolder, file: string, { chunk }: ExportedChunk): Problem {
  return finding(join(folder, file), `chunk ${chunk} has other values than when it was written`, 'the values of the manifest');
}

function finding(file: string, found: string, expected: string): Problem {
  const remedy = 'Extract the shards that are missing or damaged again, with the same options, and merge all of them.';
  return problem('SHARDS', file ? { file } : {}, { found, expected, remedy });
}

function refuse(findings: readonly Problem[]): InputError {
  return new InputError(findings as [Problem, ...Problem[]]);
}

/** `0-2, 5`. */
function ranges(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const n of numbers) {
    const last = runs.at(-1);
    if (last && last[1] === n - 1) last[1] = n;
    else runs.push([n, n]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
}
