/** How many tokens a model knows: the rows of the table that token ids are looked up in. */
import type { GraphIndex } from './graph';

const sameIds = new Set(['Cast', 'Identity', 'Reshape', 'Unsqueeze', 'Squeeze', 'Flatten', 'Transpose']);
const sameRows = new Set(['DequantizeLinear', 'Cast', 'Identity', 'DynamicQuantizeLinear']);

/**
 * Rows of the smallest table that is indexed by the ids of `input`; undefined where no table is found. An id beyond it is an
 * error in the runtime, and −1 silently reads the last row.
 */
export function embeddingRows(index: GraphIndex, input: string): number | undefined {
  const rows: number[] = [];
  const seen = new Set([input]);
  const left = [input];
  for (let ids = left.pop(); ids !== undefined; ids = left.pop()) {
    for (const { node, slot } of index.uses(ids)) {
      const table = tableOf(node.opType, slot);
      const size = table === undefined ? undefined : rowsOf(index, node.inputs[table] ?? '');
      if (size !== undefined) rows.push(size);
      if (slot !== 0 || !sameIds.has(node.opType)) continue;
      for (const output of node.outputs) {
        if (seen.has(output)) continue;
        seen.add(output);
        left.push(output);
      }
    }
  }
  return rows.length === 0 ? undefined : Math.min(...rows);
}

/** The input that holds the table, for an operator that reads ids at `slot`. */
function tableOf(opType: string, slot: number): number | undefined {
  if ((opType === 'Gather' || opType === 'GatherBlockQuantized') && slot === 1) return 0;
  return opType === 'EmbedLayerNormalization' && slot === 0 ? 2 : undefined;
}

function rowsOf(index: GraphIndex, tensor: string): number | undefined {
  let name = tensor;
  for (let steps = 0; steps < 8; steps++) {
    const dims = index.constant(name)?.dims;
    // A vector looked up by ids is no table of embeddings.
    if (dims) return dims.length >= 2 ? Number(dims[0]) : undefined;
    const node = index.producer(name)?.node;
    if (!node || !sameRows.has(node.opType)) return undefined;
    name = node.inputs[0] ?? '';
  }
  return undefined;
}
