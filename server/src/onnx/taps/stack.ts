/** One stream of blocks, described: its taps, sizes and habits. */
import type { Stack, Tap } from '../../protocol/neurons';
import { firstName, onlyMoves } from './aliases';
import { projectionsOf } from './attention';
import { blocksOf, sublayersOf } from './blocks';
import type { AttentionPart, Block } from './blocks';
import { otherPlaces } from './candidates';
import { positionLimit, tokenTable } from './embedding';
import type { FeedForward } from './feedForward';
import { findLogits } from './head';
import { holdsEveryToken, tapAt } from './layout';
import type { Norm } from './norm';
import type { Parts, Stream } from './stream';
import type { BlockTaps, StackTaps, TapCandidate, TapTensor } from './tap';

/** Describes a stream; undefined where none of its branches attends. */
export function describeStack(parts: Parts, stream: Stream, stack: Stack): StackTaps | undefined {
  const { wiring } = parts;
  const blocks = blocksOf(sublayersOf(parts, stream));
  const [firstBlock] = blocks;
  if (!firstBlock) return undefined;
  const root = firstBlock[0].join.source;
  const width = widthOf(parts, stream, root);
  const sums = hiddenStates(parts, blocks);
  const candidates: TapCandidate[] = [];
  const missing: StackTaps['missing'][number][] = [];
  const tap = (layer: number, name: Tap, tensor: string, size: number) => tapAt(wiring, { stack, layer, tap: name }, tensor, size);

  const described = blocks.map((block, i) => {
    const layer = i + 1;
    const found = describeBlock(parts, block, layer, tap, candidates);
    for (const { name, reason } of found.missing) missing.push({ point: { stack, layer, tap: name }, reason });
    candidates.push(...otherPlaces(parts, block, { stack, layer }, sums[i] ?? '', width));
    return { ...found.taps, layer, hidden: tap(layer, 'hidden', sums[i] ?? '', width) };
  });
  const last = described.at(-1)?.hidden.tensor ?? root;
  const [finalNorm, ...otherNorms] = normsReading(parts, last).filter(
    (norm) => !blocks.some((block) => block.some(({ join }) => overlaps(norm, join.region))),
  );
  for (const norm of otherNorms) {
    candidates.push({ tap: tap(blocks.length, 'final', norm.output, width), reason: 'another norm that reads the last block' });
  }

  const shape = commonShape(described);
  const ffns = blocks.flatMap((block) => ffnsOf(block).slice(0, 1));
  const widths = ffns.map(({ down }) => down.inputWidth);
  const embedding = tokenTable(wiring, root);
  const maxTokens = positionLimit(wiring, root, firstBlock[0].join);
  const causal = ownAttention(blocks).map(({ core }) => core.causal);
  const logits = findLogits(wiring, parts.linears, last, embedding?.rows);
  return {
    stack,
    layers: blocks.length,
    hiddenWidth: width,
    ffnWidths: widths.every((each) => each === widths[0]) ? widths.slice(0, 1) : widths,
    ...shape,
    norm: normHabit(parts, blocks),
    ...(ffns[0] ? { activation: ffns[0].activation } : {}),
    gated: ffns[0]?.gated ?? false,
    parallel:
      firstBlock.length > 1
        ? firstBlock[1]?.join.source === root
        : firstBlock[0].feedForward.length > 0 && firstBlock[0].join.inner.length === 0,
    fusedQkv: ownAttention(blocks).some((part) => fusesProjections(parts, part)),
    sharedWeights:
      blocks.length > 1 &&
      new Set(blocks.map((block) => ffnsOf(block)[0]?.down.weight)).size < blocks.length &&
      widths.length === blocks.length,
    ...(causal.includes(true) ? { causal: true } : causal.every((each) => each === false) ? { causal: false } : {}),
    ...(embedding ? { embedding } : {}),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    input: tap(0, 'hidden', root, width),
    blocks: described,
    ...(finalNorm ? { final: tap(blocks.length, 'final', finalNorm.output, width) } : {}),
    ...(logits ? { logits } : {}),
    candidates,
    missing,
  };
}

type TapMaker = (layer: number, name: Tap, tensor: string, size: number) => TapTensor;
type Found = { taps: Omit<BlockTaps, 'layer' | 'hidden'>; missing: { name: Tap; reason: string }[] };

function describeBlock(parts: Parts, block: Block, layer: number, tap: TapMaker, candidates: TapCandidate[]): Found {
  const missing: Found['missing'] = [];
  const attention = block.flatMap((sublayer) => sublayer.attention);
  const projected = (name: 'attn' | 'xattn', wanted: readonly AttentionPart[]): TapTensor | undefined => {
    const projections = [...new Set(wanted.map(({ out }) => out).filter((out) => out !== undefined))];
    const outs = projections.filter(({ input }) => holdsEveryToken(parts.wiring, input));
    const [first, ...others] = outs.map((out) => tap(layer, name, out.input, out.inputWidth));
    for (const other of others)
      candidates.push({ tap: other, reason: `the block projects ${outs.length} attentions; the first was taken` });
    if (wanted.length > 0 && !first)
      missing.push({ name, reason: projections.length > 0 ? routed : 'the attention is added without an output projection' });
    return first;
  };
  const own = attention.filter((part) => part.own);
  const others = attention.filter((part) => !part.own);
  const attn = projected('attn', own);
  const xattn = projected('xattn', others);
  const [ownWeights, otherWeights] = [own[0]?.core.weights, others[0]?.core.weights];

  const [ffn, ...otherFfns] = ffnsOf(block);
  for (const { down } of otherFfns) {
    candidates.push({
      tap: tap(layer, 'ffn', down.input, down.inputWidth),
      reason: 'the block holds several FFNs; the widest, of equal ones the last, was taken',
    });
  }
  const experts = Math.max(...block.map((sublayer) => sublayer.experts));
  if (!ffn) missing.push({ name: 'ffn', reason: experts > 0 ? mixture(experts) : noFeedForward });
  const preact = ffn?.preact === undefined ? undefined : tap(layer, 'preact', ffn.preact, ffn.down.inputWidth);
  if (ffn && !preact)
    missing.push({ name: 'preact', reason: 'the operator that makes the neurons keeps what precedes their activation inside' });

  const heads = own[0]?.core.heads;
  const size = own[0] && attn ? headSize(parts, own[0], attn.width) : undefined;
  const pairs = own[0] && size !== undefined ? keyValueHeads(parts, own[0], size) : undefined;
  return {
    missing,
    taps: {
      ...(ffn ? { ffn: tap(layer, 'ffn', ffn.down.input, ffn.down.inputWidth) } : {}),
      ...(preact ? { preact: { ...preact, ...(ffn?.preactBias === undefined ? {} : { plus: ffn.preactBias }) } } : {}),
      ...(attn ? { attn } : {}),
      ...(xattn ? { xattn } : {}),
      weights: { ...(ownWeights ? { attn: ownWeights } : {}), ...(otherWeights ? { xattn: otherWeights } : {}) },
      ...(heads === undefined ? {} : { heads }),
      ...(size === undefined ? {} : { headSize: size }),
      ...(pairs === undefined ? {} : { keyValueHeads: pairs }),
    },
  };
}

const routed = 'a router chooses which rows this attention is projected from, so no tensor holds the heads of every token';
const noFeedForward = 'no product, activation function and product back to the stream were found in this block';

function mixture(experts: number): string {
  return `a mixture of ${experts} experts: a router sends each token through some of them, so no tensor holds the neurons of every token`;
}

/** FFNs of a block that every token goes through, the widest first, of equal ones the last first. */
function ffnsOf(block: Block): FeedForward[] {
  const all = block.flatMap(({ feedForward, experts }) => (experts > 0 ? [] : feedForward));
  return all.reverse().sort((a, b) => b.down.inputWidth - a.down.inputWidth);
}

function ownAttention(blocks: readonly Block[]): AttentionPart[] {
  return blocks.flatMap((block) => block.flatMap(({ attention }) => attention.filter(({ own }) => own)));
}

/** Width of one head; undefined where the tap is not the heads alone, one after the other (ConvBERT adds a convolution's). */
function headSize({ wiring }: Parts, { core }: AttentionPart, width: number): number | undefined {
  if (core.heads === undefined || !Number.isInteger(width / core.heads)) return undefined;
  const last = core.weights === undefined ? undefined : wiring.axes(core.output)?.filter(({ counts }) => counts === 'fixed');
  const folded =
    last?.length === 1 ? last[0]?.size : last?.length === 2 ? last.reduce((all, { size }) => all * size, 1) / core.heads : undefined;
  return folded === undefined || folded * core.heads === width ? width / core.heads : undefined;
}

function keyValueHeads({ wiring, linears }: Parts, { core }: AttentionPart, headSize: number): number | undefined {
  if (core.keyValueHeads !== undefined) return core.keyValueHeads;
  const { query, value } = projectionsOf(wiring, linears, core);
  if (!value || core.heads === undefined) return undefined;
  const pairs = query === value ? (value.outputWidth / headSize - core.heads) / 2 : value.outputWidth / headSize;
  return Number.isInteger(pairs) && pairs >= 1 && core.heads % pairs === 0 ? pairs : undefined;
}

function fusesProjections({ wiring, linears }: Parts, { core }: AttentionPart): boolean {
  if (core.projects) return true;
  const { query, value } = projectionsOf(wiring, linears, core);
  return query !== undefined && query === value;
}

/** Heads and head size where all blocks agree. */
function commonShape(blocks: readonly BlockTaps[]): Pick<StackTaps, 'heads' | 'keyValueHeads' | 'headSize'> {
  const [first] = blocks;
  const agree = <K extends 'heads' | 'keyValueHeads' | 'headSize'>(key: K) => {
    const value = first?.[key];
    return value !== undefined && blocks.every((block) => block[key] === value) ? { [key]: value } : {};
  };
  return { ...agree('heads'), ...agree('keyValueHeads'), ...agree('headSize') };
}

/** The one axis of the stream that counts neither texts nor tokens; in graphs of fixed sizes the last. */
function widthOf({ wiring, linears }: Parts, stream: Stream, root: string): number {
  const axes = wiring.axes(root) ?? [];
  const fixed = axes.filter(({ counts }) => counts === 'fixed');
  const [only = axes.at(-1)] = fixed.length === 1 ? fixed : [];
  const outs = stream.joins.map(({ branch }) => linears.byOutput.get(branch)?.outputWidth);
  return only?.size ?? outs.find((width) => width !== undefined) ?? NaN;
}

/** Norms that read a tensor, perhaps with its axes moved, in the order of the graph. */
function normsReading({ wiring, norms }: Parts, tensor: string): Norm[] {
  const still = (name: string) => firstName(wiring, name, onlyMoves);
  const wanted = still(tensor);
  return [...norms.values()].filter(({ input }) => still(input) === wanted).sort((a, b) => wiring.place(a.output) - wiring.place(b.output));
}

function overlaps(norm: Norm, nodes: ReadonlySet<unknown>): boolean {
  return [...norm.nodes].some((node) => nodes.has(node));
}

/**
 * The output of every block: what the next block reads, as attention and residual both see it. The last block goes on after
 * its sum as the one before it does: not at all, or through a norm.
 */
function hiddenStates(parts: Parts, blocks: readonly Block[]): string[] {
  return blocks.map((block, i) => {
    const next = blocks[i + 1];
    return next ? next[0].join.source : repeatSteps(parts, (block.at(-1) ?? block[0]).join.sum, afterSum(parts, blocks));
  });
}

/** What happens to the stream between one sum and the next branch: norms, or plain operators by name; nothing in pre-norm models. */
type Step = 'norm' | { readonly opType: string };

function afterSum(parts: Parts, blocks: readonly Block[]): readonly Step[] {
  const before = blocks.at(-2)?.at(-1);
  const after = blocks.at(-1);
  // A single block shows its habit between its own sublayers; a single addition only by whether its branch begins with a norm.
  const [from, to] = before && after ? [before, after[0]] : [after?.at(-2), after?.at(-1)];
  if (!from || !to) return startsNormed(parts, blocks) ? [] : ['norm'];
  return stepsBetween(parts, from.join.sum, to.join.source);
}

function stepsBetween({ wiring, norms }: Parts, sum: string, source: string): Step[] {
  const steps: Step[] = [];
  for (let name = source; name !== sum;) {
    const norm = norms.get(name);
    const maker = wiring.maker(name);
    const [before, ...others] = norm ? [norm.input] : maker ? wiring.activations(maker) : [];
    if (before === undefined || others.length > 0 || steps.length > 8) return [];
    steps.unshift(norm ? 'norm' : { opType: maker?.opType ?? '' });
    name = before;
  }
  return steps;
}

function repeatSteps(parts: Parts, sum: string, steps: readonly Step[]): string {
  const { wiring } = parts;
  const end = steps.reduce<string | undefined>((name, step) => {
    if (name === undefined) return undefined;
    if (step === 'norm') return [...parts.norms.values()].find(({ input }) => input === name)?.output;
    const next = wiring.readers(name).find((node) => node.opType === step.opType && wiring.activations(node).length === 1);
    // Axes that are moved back only for a next block stay as they are after the last.
    return next?.outputs[0] ?? (step.opType === 'Transpose' ? name : undefined);
  }, sum);
  return end ?? sum;
}

function startsNormed(parts: Parts, blocks: readonly Block[]): boolean {
  return blocks.some((block) => block.some(({ join }) => normsReading(parts, join.source).some((norm) => overlaps(norm, join.region))));
}

function normHabit(parts: Parts, blocks: readonly Block[]): StackTaps['norm'] {
  const pre = startsNormed(parts, blocks);
  const joins = blocks.flatMap((block) => block.map(({ join }) => join));
  const post = afterSum(parts, blocks).includes('norm') || joins.some(({ branch }) => parts.norms.has(firstName(parts.wiring, branch)));
  const readers = new Set(joins.flatMap(({ sum }) => normsReading(parts, sum)));
  const used = [...parts.norms.values()].find((norm) => readers.has(norm) || joins.some(({ region }) => overlaps(norm, region)));
  const place = pre && post ? 'both' : pre ? 'pre' : post && used ? 'post' : 'none';
  return { kind: used?.kind ?? 'none', place };
}
