import { gradientRoutes, scalarKinds, stepRules } from '../../protocol/gradient';
import type { GradientParams, GradientReport } from '../../protocol/gradient';
import { shown } from '../../protocol/errors';
import { taps } from '../../protocol/neurons';
import type { Stack } from '../../protocol/neurons';
import { oneOf, refuseFlags, required, usageError, wholeNumber } from '../flags';
import type { Flags, Parsed } from '../flags';
import { layersOf, list, modelFlags, modelRef } from '../inputs';
import { jsonText, refuseUnwritable, writeByEnding } from '../output';
import { absolute } from '../paths';
import { table } from '../present/table';
import { idRow } from '../texts';
import { defineVerb } from '../verb';

const gradientFlags = {
  ...modelFlags,
  text: { type: 'string', value: 'TEXT', help: 'a text' },
  ids: { type: 'string', value: 'FILE', help: 'a JSON array of one row of token ids, taken as they are' },
  'decoder-text': { type: 'string', value: 'TEXT', help: 'the decoder’s side of encoder-decoder models' },
  'decoder-ids': { type: 'string', value: 'FILE', help: 'the same as ids' },
  taps: {
    type: 'string',
    value: 'A,B',
    help: `any of ${taps.join(', ')}, with enc. before it for the encoder beside a decoder (default ffn)`,
  },
  layers: { type: 'string', value: '0-6', help: 'layers, such as 0-6 or 1,3,5 (default all)' },
  at: { type: 'string', value: 'N', help: 'token whose neurons are meant, from 0, special tokens included' },
  'output-at': { type: 'string', value: 'N', help: 'token whose scores are meant (default: as --at)' },
  target: { type: 'string', value: 'TOKEN', help: 'a text that is one token, the label of a class, or #id' },
  of: { type: 'string', value: 'WHAT', help: `${scalarKinds.join(', ')} (default prob with --ig, else logit)` },
  output: { type: 'string', value: 'NAME', help: 'another output of the graph than its scores; --target #N is then its column N' },
  ig: { type: 'string', value: 'STEPS', help: 'integrated gradients from zero to the neurons’ values in so many steps' },
  rule: { type: 'string', value: 'WHERE', help: 'where in each step the derivative is taken: right (default), midpoint, left' },
  by: {
    type: 'string',
    value: 'HOW',
    help: 'reverse (back through the graph, default) or differences (between runs with each neuron moved)',
  },
  out: { type: 'string', value: 'FILE.npy', help: 'float32 [layers, neurons], with a JSON file beside it; several taps get a file each' },
} as const satisfies Flags;

export const gradient = defineVerb({
  name: 'gradient',
  summary: 'gradient or integrated gradients of a score by neurons, one layer at a time',
  example:
    'golgi gradient --model media/models/demo-bert --text "She does not [MASK]." --at 4 --target know --of prob --ig 20 --out ig.npy',
  flags: gradientFlags,
  async run({ values, outside }) {
    const params = await paramsOf(values);
    if (params.out !== undefined) await refuseUnwritable('gradient', [params.out], ['.npy']);
    const report = await outside.runJob('gradient', params);
    if (params.out !== undefined)
      await writeByEnding('gradient', params.out.replace(/\.npy$/, '.json'), { '.json': () => jsonText(report) });
    outside.out(values.json ? jsonText(report) : reportText(report));
  },
});

type Values = Parsed<typeof gradientFlags>;

async function paramsOf(values: Values): Promise<GradientParams> {
  const verb = 'gradient';
  const model = modelRef(verb, values);
  if (values.ids !== undefined) refuseFlags(verb, values, ['text'], 'with --ids');
  if (values['decoder-ids'] !== undefined) refuseFlags(verb, values, ['decoder-text'], 'with --decoder-ids');
  if (values.text === undefined && values.ids === undefined) throw usageError(verb, 'no text', '--text "…" or --ids FILE');
  const at = wholeNumber(verb, 'at', required(verb, 'at', values.at), { min: 0, fallback: 0 });
  const steps = values.ig === undefined ? undefined : wholeNumber(verb, 'ig', values.ig, { min: 1, max: 10_000, fallback: 20 });
  if (steps === undefined && values.rule !== undefined)
    throw usageError(verb, '--rule without --ig', '--ig STEPS, of which it tells where');
  return {
    model,
    ...(values.ids === undefined ? { text: values.text ?? '' } : { ids: await idRow(verb, values.ids) }),
    ...(values['decoder-ids'] === undefined
      ? { ...(values['decoder-text'] === undefined ? {} : { decoderText: values['decoder-text'] }) }
      : { decoderIds: await idRow(verb, values['decoder-ids']) }),
    taps: list(values.taps ?? 'ffn').map((name) => tapOf(verb, name)),
    ...layersOf(verb, values),
    at,
    ...(values['output-at'] === undefined
      ? {}
      : { outputAt: wholeNumber(verb, 'output-at', values['output-at'], { min: 0, fallback: at }) }),
    target: required(verb, 'target', values.target),
    of: oneOf(verb, 'of', values.of, scalarKinds, steps === undefined ? 'logit' : 'prob'),
    ...(values.output === undefined ? {} : { output: values.output }),
    ...(steps === undefined ? {} : { integrated: { steps, rule: oneOf(verb, 'rule', values.rule, stepRules, 'right') } }),
    ...(values.by === undefined ? {} : { route: oneOf(verb, 'by', values.by, gradientRoutes, 'reverse') }),
    ...(values.out === undefined ? {} : { out: absolute(values.out) }),
  };
}

function tapOf(verb: string, name: string): GradientParams['taps'][number] {
  const [, stack, word] = /^(?:(enc|dec)\.)?(.*)$/.exec(name) ?? [];
  const tap = taps.find((known) => known === word);
  if (!tap) throw usageError(verb, `--taps ${name}`, `taps among ${taps.join(', ')}, such as ffn or enc.ffn`);
  return { ...(stack === undefined ? {} : { stack: stack as Stack }), tap };
}

/** What was differentiated by what, and the neurons at which it changes most. */
function reportText(report: GradientReport): string {
  const { target, scalar, at, outputAt, integrated, route, step, strongest } = report;
  const number = (value: number) => value.toPrecision(4);
  const what = { logit: 'score', prob: 'probability', logprob: 'log probability' }[report.of];
  const facts = [
    [
      '  scalar',
      `${what} of ${shown(target.name, 60)} (#${target.id})${outputAt ? ` at token ${outputAt.position}, ${shown(outputAt.piece, 40)}` : ''}`,
    ],
    [
      '  value',
      `${number(scalar.value)}${scalar.prob === null ? '' : `   (score ${number(scalar.logit)}, probability ${number(scalar.prob)})`}`,
    ],
    [
      '  neurons',
      `${report.taps.map(({ tap, layers }) => `${tap} of ${layers.length} layers`).join(', ')} at token ${at.position}, ${shown(at.piece, 40)}`,
    ],
    ['  route', route === 'reverse' ? 'back through the graph' : `differences between runs, neurons moved by ${step} of the largest`],
    ...(integrated ? [['  integrated', `${integrated.steps} steps from zero, ${integrated.rule} rule`]] : []),
  ];
  const gaps = report.taps.flatMap(({ completeness }) => completeness ?? []);
  const gapRows = gaps.map(({ id, sum, difference, gap }) => [`  ${id}`, number(sum), number(difference), number(gap)]);
  const rows = strongest.map(({ id, value, activation }) => [`  ${id}`, number(value), number(activation)]);
  return [
    table(facts),
    '',
    table([['  neuron', integrated ? 'attribution' : 'derivative', 'activation'], ...rows], { right: [1, 2] }),
    ...(gaps.length ? ['', table([['  layer', 'sum', 'scalar less that at zero', 'gap'], ...gapRows], { right: [1, 2, 3] })] : []),
    ...report.taps.flatMap(({ file }) => (file === null ? [] : ['', `written: ${shown(file)}`])),
    ...report.notes.map((note) => `note: ${shown(note)}`),
    '',
  ].join('\n');
}
