/** Putting interventions into a graph: each site's values are changed by inputs of the session, and all who read them see it. */
import { InputError } from '../../protocol/errors';
import { tapText } from '../../protocol/neurons';
import { intTensor, makeNode, makeValue } from '../build';
import type { AttributeValue } from '../build';
import { indexGraph, standardOpset } from '../graph';
import { dataType } from '../model';
import type { GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto } from '../model';
import { batchFirst, holdsOtherFloats } from '../outputs';
import { withSumApart } from './sumApart';
import { inputsOf } from './site';
import type { EditSite } from './site';

/**
 * The graph with a change at every site (methods of Vig et al. 2020 and Meng et al. 2022 are such changes). A site's tensor
 * keeps its name, so that whoever fetches or reads it gets the changed values; the values as computed get another one. With
 * the numbers of `identity` fed, every value of the model is what it was, bit by bit, save at taps that fused operators keep
 * inside (`plus`, undeclared sums), where the last bit may differ. Throws InputError MODEL_TAP for a tap that no node makes.
 */
export function withSites(model: ModelProto, graph: GraphProto, sites: readonly EditSite[]): GraphProto {
  if (sites.length === 0) return graph;
  const apart = sites.reduce((current, { tap }) => withSumApart(current, tap), graph);
  const index = indexGraph(apart);
  const renamed = new Map<string, string>();
  const added: Added = { nodes: [], constants: [], inputs: [] };
  for (const site of sites) {
    const { tensor } = site.tap;
    if (!index.producer(tensor)) throw notMade(site);
    const before = `golgi:before(${tapText(site.tap.point)})`;
    renamed.set(tensor, before);
    addSite(added, model, apart, site, before);
  }
  const nodes = apart.nodes.map((node) =>
    node.outputs.some((name) => renamed.has(name)) ? { ...node, outputs: node.outputs.map((name) => renamed.get(name) ?? name) } : node,
  );
  return {
    ...apart,
    nodes: [...nodes, ...added.nodes],
    initializers: [...apart.initializers, ...added.constants],
    inputs: [...apart.inputs, ...added.inputs],
  };
}

interface Added {
  readonly nodes: NodeProto[];
  readonly constants: TensorProto[];
  readonly inputs: ValueInfoProto[];
}

/** From the values as computed to the site's tensor: as float32 rows of neurons, changed, and back into shape and type. */
function addSite(added: Added, model: ModelProto, graph: GraphProto, { tap, form }: EditSite, before: string): void {
  const names = inputsOf({ tap, form });
  const name = (part: string) => `golgi:${part}[${tapText(tap.point)}]`;
  const node = (op: string, inputs: readonly string[], attributes: Record<string, AttributeValue> = {}, output = name(op)): string => {
    added.nodes.push(makeNode(op, inputs, [output], attributes));
    return output;
  };
  const whole = (part: string, dims: readonly number[], values: readonly number[]): string => {
    added.constants.push(intTensor(name(part), dims, values));
    return name(part);
  };
  const input = (key: keyof typeof names, type: number = dataType.float): string => {
    const dims = form === 'dense' ? [`${name('rows')}`, tap.width] : [name('count')];
    added.inputs.push(makeValue(names[key], type, dims));
    return names[key];
  };

  const other = holdsOtherFloats(model);
  const perm = batchFirst(tap.layout);
  const floats = other ? node('Cast', [before], { to: dataType.float }, name('float')) : before;
  const ordered = perm ? node('Transpose', [floats], { perm }, name('ordered')) : floats;
  const shape = node('Shape', [ordered]);
  const cells = form === 'sparse' ? input('cells', dataType.int64) : undefined;
  const list = node(
    'Reshape',
    [ordered, whole('as list', form === 'dense' ? [2] : [1], form === 'dense' ? [-1, tap.width] : [-1])],
    {},
    name('list'),
  );
  const values = cells === undefined ? list : node('Gather', [list, cells], { axis: 0 }, name('values'));
  const changed = change();
  const result = cells === undefined ? changed : node('ScatterElements', [list, cells, changed], { axis: 0 });
  const reshaped = node('Reshape', [result, shape], {}, name('reshaped'));
  const turned = perm ? node('Transpose', [reshaped], { perm: inverse(perm) }, name('turned')) : reshaped;
  if (other) castBack(turned);
  else node('Identity', [turned], {}, tap.tensor);

  /** min(max(scale · x + add, low), high); where x = tensor + plus, in terms of the tensor. */
  function change(): string {
    const [scale, add, low, high] = [input('scale'), input('add'), input('low'), input('high')];
    const inside = tap.plus === undefined ? undefined : plusOf(tap.plus);
    const shift =
      inside === undefined
        ? add
        : node(
            'Add',
            [node('Mul', [node('Sub', [scale, one()], {}, name('scale − 1')), inside], {}, name('moved')), add],
            {},
            name('shift'),
          );
    const limit = (side: string) => (inside === undefined ? side : node('Sub', [side, inside], {}, name(side)));
    const scaled = node('Add', [node('Mul', [values, scale]), shift]);
    return node('Min', [node('Max', [scaled, limit(low)]), limit(high)]);
  }

  function plusOf(plus: string): string {
    const constant = other ? node('Cast', [plus], { to: dataType.float }, name('plus')) : plus;
    if (cells === undefined) return constant;
    const units = node('Mod', [cells, whole('width', [], [tap.width])], {}, name('units'));
    return node('Gather', [constant, units], { axis: 0 }, name('plus of cells'));
  }

  function one(): string {
    return node('Cast', [whole('one', [], [1])], { to: dataType.float }, name('1'));
  }

  function castBack(changedValues: string): void {
    const declared = graph.valueInfo.find((value) => value.name === tap.tensor)?.type?.tensorType?.elemType;
    if (standardOpset(model) >= 15) node('CastLike', [changedValues, before], {}, tap.tensor);
    else node('Cast', [changedValues], { to: declared ?? dataType.float16 }, tap.tensor);
  }
}

function inverse(perm: readonly number[]): number[] {
  return perm.map((_, axis) => perm.indexOf(axis));
}

function notMade({ tap }: EditSite): InputError {
  return new InputError(
    'MODEL_TAP',
    { tensor: tap.tensor },
    {
      found: `${tapText(tap.point)} is no value that a node makes`,
      expected: 'a tap within the graph',
      remedy: 'edit another tap; golgi model lists them',
    },
  );
}
