/**
 * A model without its weights: a few kilobytes that name the places in the original file (or its external data) where each
 * weight lies. The runtime maps those places, so a session costs no copy, however the graph was edited.
 */
import { dirname, relative, sep } from 'node:path';
import type { ByteSpan } from './bytes';
import { encodeModelBytes } from './codec';
import { withSites } from './intervention';
import type { EditSite } from './intervention';
import type { SoundModel } from './checks/checkModel';
import type { GraphProto, TensorProto } from './model';
import { withFetches, withFloatInputs } from './outputs';
import type { Fetch } from './outputs';
import { pruned } from './prune';

export interface Skeleton {
  /** The encoded model, for the runtime to open from memory. */
  readonly bytes: Uint8Array;
  /** Every location in it is relative to this folder. Undefined where all weights are small enough to be within. */
  readonly folder: string | undefined;
  /** The graph as encoded, for its inputs. */
  readonly graph: GraphProto;
  /** The outputs that hold the fetches, in their order. */
  readonly outputs: readonly string[];
}

/**
 * The skeleton that computes the fetches and nothing else, all floats handed over as float32, with the values of all sites
 * open to change by the inputs that `inputsOf` names (those that no fetch depends on are left out). Throws InputError MODEL_TAP
 * for a tensor that the graph does not have, FILE_CHANGED where the places it would name no longer hold what was checked.
 */
export function skeletonOf(model: SoundModel, fetches: readonly Fetch[], sites: readonly EditSite[] = []): Skeleton {
  const fetched = withFetches(model, withSites(model, model.graph, sites), fetches);
  const graph = withFloatInputs(pruned(fetched.graph, fetched.outputs));
  const sources = new Set(graph.initializers.flatMap((tensor) => placeOf(tensor)?.source ?? []));
  // Reading nothing still notices a file that was replaced.
  for (const source of sources) source.read(0, 0);
  const folder = commonFolder([...sources].flatMap(({ path }) => (path === undefined ? [] : [dirname(path)])));
  const initializers = folder === undefined ? graph.initializers : graph.initializers.map((tensor) => pointing(tensor, folder));
  return { bytes: encodeModelBytes({ ...model, graph: { ...graph, initializers } }), folder, graph, outputs: fetched.outputs };
}

/** Where the raw bytes of a weight lie in a file; packed float_data is the same bytes as raw_data. */
function placeOf({ rawData, floatData }: TensorProto): ByteSpan | undefined {
  const span = rawData ?? floatData;
  return span?.source.path === undefined ? undefined : span;
}

function pointing(tensor: TensorProto, folder: string): TensorProto {
  const place = placeOf(tensor);
  if (!place?.source.path) return tensor;
  const { rawData: _, floatData: __, ...rest } = tensor;
  const location = relative(folder, place.source.path).split(sep).join('/');
  const entries = { location, offset: String(place.offset), length: String(place.length) };
  return { ...rest, dataLocation: 1, externalData: Object.entries(entries).map(([key, value]) => ({ key, value })) };
}

/** The innermost folder that holds all of the given ones. */
function commonFolder(folders: readonly string[]): string | undefined {
  return folders.reduce<string | undefined>((common, folder) => {
    let shared = common ?? folder;
    while (folder !== shared && !folder.startsWith(shared.endsWith(sep) ? shared : shared + sep)) shared = dirname(shared);
    return shared;
  }, undefined);
}
