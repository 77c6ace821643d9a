/** `manifest.json` of an exported extraction: what the matrices beside it are, and of which chunks they are made. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Problem, problem, shown } from '../protocol/errors';
import type { Shard } from '../protocol/sources';
import type { RunIdentity } from './identity';
import { isCount, parseObject } from './sealed';

/** Version of the exported files' layout. */
const exportVersion = 1;
export const exportManifestFile = 'manifest.json';
export const wordsFile = 'words.parquet';

export interface ExportedTap {
  /** `L3.ffn`; its matrix is `L3.ffn.npy`. */
  readonly name: string;
  readonly width: number;
}

/** A chunk's rows in every matrix, chunks being in order. */
export interface ExportedChunk {
  readonly chunk: number;
  readonly rows: number;
  /** SHA-256 (hex) of the chunk's values, tap by tap. */
  readonly sha256: readonly string[];
  /** SHA-256 (hex) of its rows of the word table, row numbers aside. */
  readonly words: string;
}

export interface ExportManifest {
  readonly identity: RunIdentity;
  /** The corpus's files, without their folders. */
  readonly files: readonly string[];
  readonly taps: readonly ExportedTap[];
  readonly rows: number;
  /** Chunks of the whole corpus; a shard lists its own only. */
  readonly totalChunks: number;
  readonly shard: Shard | null;
  readonly chunks: readonly ExportedChunk[];
}

/** The file of a tap's matrix. */
export function matrixFile({ name }: ExportedTap): string {
  return `${name}.npy`;
}

export function exportManifestText(manifest: ExportManifest): string {
  return `${JSON.stringify({ golgi: 'extraction', version: exportVersion, ...manifest }, undefined, 1)}\n`;
}

/** Reads the manifest of an exported folder, or says what is wrong with it. */
export function readExportManifest(folder: string): ExportManifest | Problem {
  const file = join(folder, exportManifestFile);
  const refuse = (found: string): Problem =>
    problem(
      'SHARDS',
      { file },
      { found, expected: 'a folder that `golgi extract --out` wrote', remedy: 'Name folders of finished extractions.' },
    );
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return refuse('no manifest');
  }
  const json = parseObject(text);
  if (json?.['golgi'] !== 'extraction') return refuse('a file that is no manifest of an extraction');
  if (json['version'] !== exportVersion) return refuse(`version ${shown(String(json['version']), 20)}, not ${exportVersion}`);
  return isManifest(json) ? json : refuse('a manifest with fields that cannot be');
}

function isManifest(json: Record<string, unknown>): json is Record<string, unknown> & ExportManifest {
  const { identity, files, taps, rows, totalChunks, shard, chunks } = json;
  if (typeof identity !== 'object' || identity === null || !Array.isArray(files) || !files.every(isText)) return false;
  if (!isCount(rows) || !isCount(totalChunks) || !Array.isArray(taps) || !Array.isArray(chunks)) return false;
  if (typeof shard !== 'object') return false;
  // Names become file names: nothing but the names of taps may pass.
  const isTap = (tap: Partial<ExportedTap> | null): boolean =>
    /^((enc|dec)\.)?L\d{1,4}\.[a-z]+$/.test(tap?.name ?? '') && isCount(tap?.width);
  const isChunk = (value: Partial<ExportedChunk> | null): boolean => {
    const { chunk, rows: count, sha256, words } = value ?? {};
    return (
      isCount(chunk) && isCount(count) && isText(words) && Array.isArray(sha256) && sha256.length === taps.length && sha256.every(isText)
    );
  };
  if (!taps.every(isTap) || !chunks.every(isChunk)) return false;
  return (chunks as ExportedChunk[]).reduce((sum, chunk) => sum + chunk.rows, 0) === rows;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
