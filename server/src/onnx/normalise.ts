/** What the rest of the program may take for granted in a model, whatever its exporter did. */
import type { SoundModel } from './checks/checkModel';
import { withFusionsApart } from './fusedOperators';
import { standardOpset } from './graph';
import { withBranchesInline } from './inlineBranches';
import { withFunctionsInline } from './inlineFunctions';
import { withFloatOperators } from './integerOperators';
import type { NodeProto } from './model';

/**
 * The model with constant weights, its functions laid out, no branches but those that the text decides, activations as floats, fusions apart,
 * and nodes of distinct names. Of decoders with two branches the one that starts a text, or with `goesOn` the one that goes on. Files of IR version 3 list every weight among the inputs as well, so that a caller might replace it; here weights
 * are weights. The runtime refuses two nodes of one name although names mean nothing: later ones get a number.
 */
export function normalised(layered: SoundModel, goesOn = false): SoundModel {
  const model = withFunctionsInline(layered);
  const { graph } = model;
  const weights = new Set(graph.initializers.map(({ name }) => name));
  const irVersion = Math.max(Number(model.irVersion ?? 0), 4);
  const inputs = graph.inputs.filter(({ name }) => !weights.has(name));
  const flat = withFusionsApart(withFloatOperators(withBranchesInline({ ...graph, inputs }, goesOn)), standardOpset(model));
  return { ...model, irVersion, graph: { ...flat, nodes: distinctlyNamed(flat.nodes) } };
}

function distinctlyNamed(nodes: readonly NodeProto[]): NodeProto[] {
  const taken = new Set(nodes.map(({ name }) => name));
  const seen = new Set<string>();
  return nodes.map((node) => {
    if (node.name === '' || !seen.has(node.name)) {
      seen.add(node.name);
      return node;
    }
    let count = 2;
    while (taken.has(`${node.name}#${count}`)) count++;
    const name = `${node.name}#${count}`;
    taken.add(name);
    return { ...node, name };
  });
}
