/** From the numbers of an intervention to the tensors that a session takes. */
import { inputsOf, siteFeed } from '../onnx/intervention';
import type { EditSite, EditedRows, TapEdit } from '../onnx/intervention';
import { Tensor } from './onnxruntime';

/** Fills the inputs of sites, those that the graph has after it was cut down to its outputs. */
export function makeEditFeeds(
  sites: readonly EditSite[],
  edits: readonly TapEdit[],
  rowsOf: (site: EditSite) => EditedRows,
  inputs: ReadonlySet<string>,
): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {};
  for (const site of sites) {
    const names = inputsOf(site);
    if (!inputs.has(names.scale)) continue;
    const { rows, cells, ...numbers } = siteFeed(site, edits, rowsOf(site));
    const dims = cells ? [cells.length] : [rows, site.tap.width];
    for (const key of ['scale', 'add', 'low', 'high'] as const) feeds[names[key]] = new Tensor('float32', numbers[key], dims);
    if (cells) feeds[names.cells] = new Tensor('int64', BigInt64Array.from(cells, BigInt), dims);
  }
  return feeds;
}
