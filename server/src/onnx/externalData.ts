/**
 * Weights in files beside the model. Each is checked before anything of it is opened: its name, where links lead, what kind
 * of file it is, and that the bytes asked for are there. The runtime checks again when it maps the file.
 */
import { lstatSync, realpathSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { problem, refuseAll, shown } from '../protocol/errors';
import type { Problem } from '../protocol/errors';
import { FileSource } from './bytes';
import { locationFault } from './checks/location';
import type { SoundModel } from './checks/checkModel';
import type { TensorProto } from './model';
import { isExternal, rawLength } from './tensor';
import { everyTensor, mapModelTensors } from './walk';

export interface ExternalDataOptions {
  /** Some tools hard-link weights on purpose; a link may also lead out of the folder unseen. Refused unless a person agreed. */
  readonly allowHardLinks?: boolean;
}

/** Where a tensor's bytes lie, as its entries say. */
interface Entry {
  readonly tensor: TensorProto;
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * The model with every external constant turned into a span of the file that holds it, so that later steps need not know
 * where weights lie. Throws InputError with every finding: MODEL_EXTDATA_ESCAPE, _BADNAME, _LINK, _HARDLINK, _MISSING,
 * _NOT_A_FILE, _RANGE, _KEY. `file` is the model's path as the person knows it.
 */
export function withExternalData(model: SoundModel, file: string, options: ExternalDataOptions = {}): SoundModel {
  const findings: Problem[] = [];
  const byLocation = new Map<string, Entry[]>();
  for (const { tensor } of everyTensor(model)) {
    if (!isExternal(tensor)) continue;
    const entry = readEntry(tensor, file, findings);
    if (!entry) continue;
    const same = byLocation.get(entry.location);
    if (same) same.push(entry);
    else byLocation.set(entry.location, [entry]);
  }

  const sources = new Map<string, FileSource>();
  for (const [location, entries] of byLocation) {
    const first = entries[0];
    if (!first) continue;
    const path = acceptedPath(location, first, entries.length, file, options, findings);
    if (!path) continue;
    const source = new FileSource(path);
    sources.set(location, source);
    findings.push(...rangeFindings(entries, source.size, file));
  }
  refuseAll(findings);
  if (sources.size === 0) return model;

  const ignored: Problem[] = [];
  const inPlace = (tensor: TensorProto): TensorProto => {
    const entry = isExternal(tensor) ? readEntry(tensor, file, ignored) : undefined;
    const source = entry && sources.get(entry.location);
    if (!entry || !source) return tensor;
    const { dataLocation: _, ...rest } = tensor;
    return { ...rest, externalData: [], rawData: { source, offset: entry.offset, length: entry.length } };
  };
  return mapModelTensors(model, inPlace);
}

/** Reads the entries of one tensor; adds what is wrong with them to `findings`. */
function readEntry(tensor: TensorProto, file: string, findings: Problem[]): Entry | undefined {
  const place = { file, tensor: tensor.name };
  const before = findings.length;
  const values = new Map<string, string>();
  for (const { key, value } of tensor.externalData) {
    const known = /^(location|offset|length|checksum|prepacked_\d+)$/.test(key);
    if (known && !values.has(key)) values.set(key, value);
    else {
      const found = `${known ? 'a second entry' : 'an unknown entry'} "${shown(key, 100)}" with the value "${shown(value, 100)}"`;
      findings.push(
        problem('MODEL_EXTDATA_KEY', place, { found, expected: 'location, offset and length, once each', remedy: exportAgain }),
      );
    }
  }
  const number = (key: string, fallback: number): number => {
    const text = values.get(key);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (/^\d{1,16}$/.test(text) && Number.isSafeInteger(value)) return value;
    const found = `${key} "${shown(text, 100)}"`;
    findings.push(
      problem('MODEL_EXTDATA_RANGE', place, { found, expected: 'a whole number of bytes from 0 to 2^53 − 1', remedy: exportAgain }),
    );
    return fallback;
  };
  const needed = rawLength(tensor);
  const offset = number('offset', 0);
  const length = number('length', needed ?? 0);
  const location = values.get('location');
  if (location === undefined) {
    findings.push(problem('MODEL_EXTDATA_KEY', place, { found: 'no location', expected: 'the name of a file', remedy: exportAgain }));
  }
  if (findings.length === before && length !== needed) {
    const expected = needed === undefined ? 'numbers of a fixed size' : `${needed} bytes, as its shape says`;
    findings.push(problem('MODEL_EXTDATA_RANGE', place, { found: `length ${length}`, expected, remedy: exportAgain }));
  }
  return location === undefined || findings.length > before ? undefined : { tensor, location, offset, length };
}

const exportAgain = 'the file is damaged: fetch or export it again';

/** The real path of a location, or undefined with a finding. Nothing is opened. */
function acceptedPath(
  location: string,
  { tensor }: Entry,
  count: number,
  file: string,
  { allowHardLinks = false }: ExternalDataOptions,
  findings: Problem[],
): string | undefined {
  const place = { file, tensor: tensor.name };
  const whose = count === 1 ? 'this tensor' : `this tensor and ${count - 1} more`;
  const named = `the weights file "${shown(location, 200)}" of ${whose}`;
  const add = (code: Problem['code'], found: string, expected: string, remedy: string) => {
    findings.push(problem(code, place, { found, expected, remedy }));
    return undefined;
  };

  const fault = locationFault(location);
  if (fault) {
    const remedy = 'do not trust this model, or export it again with its weights beside it; nothing was opened';
    return add(fault.code, `${named}: ${fault.found}`, 'a plain name within the folder of the model', remedy);
  }
  const path = join(dirname(file), location);
  let real: string;
  let stat: Stats;
  try {
    real = realpathSync(path);
    stat = lstatSync(real);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOOP') {
      return add('MODEL_EXTDATA_LINK', `${named} is a link that leads to itself`, 'a file', 'fetch the file again');
    }
    const remedy = `put ${shown(basename(location), 200)} beside ${basename(file)}: both files belong to the model`;
    return add('MODEL_EXTDATA_MISSING', `${named} is not there`, `a file ${shown(path)}`, remedy);
  }
  // The Hub's cache holds links into a folder of blobs; there the model itself is such a link too.
  const homes = [realpathSync(dirname(file)), dirname(realpathSync(file))];
  if (!homes.some((home) => real.startsWith(home + sep))) {
    const remedy = 'put the file itself into the folder; nothing was opened';
    return add('MODEL_EXTDATA_LINK', `${named} is a link that leads out of the folder`, 'a file within the folder of the model', remedy);
  }
  if (!stat.isFile()) {
    const kind = stat.isDirectory() ? 'a folder' : 'no ordinary file';
    return add('MODEL_EXTDATA_NOT_A_FILE', `${named} is ${kind}`, 'an ordinary file', 'fetch the file again');
  }
  if (stat.nlink > 1 && !allowHardLinks) {
    const remedy = 'put a copy of the file in its place: under its other name it could be changed unseen';
    return add('MODEL_EXTDATA_HARDLINK', `${named} has ${stat.nlink} hard links`, 'a file of its own', remedy);
  }
  return real;
}

/** One finding a file: the first tensor, in the order of the file, that reaches beyond its end. */
function rangeFindings(entries: readonly Entry[], size: number, file: string): Problem[] {
  const beyond = entries.filter(({ offset, length }) => offset + length > size).sort((a, b) => a.offset - b.offset);
  const first = beyond[0];
  if (!first) return [];
  const more = beyond.length === 1 ? '' : `; ${beyond.length - 1} more tensors do not fit`;
  const found = `"${shown(first.location, 200)}" has ${size} bytes, the tensor lies at ${first.offset} to ${first.offset + first.length}${more}`;
  const expected = `a file of at least ${Math.max(...beyond.map(({ offset, length }) => offset + length))} bytes`;
  const remedy = 'a download or copy was cut short: fetch the weights file again';
  return [problem('MODEL_EXTDATA_RANGE', { file, tensor: first.tensor.name }, { found, expected, remedy })];
}
