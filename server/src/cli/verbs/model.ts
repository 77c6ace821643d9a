import { usageError } from '../flags';
import { bytesText, countText } from '../../protocol/counted';
import { problemLine, shown } from '../../protocol/errors';
import type { ModelCard } from '../../protocol/modelCard';
import { providerText } from '../../protocol/providers';
import { modelFlags, modelRef } from '../inputs';
import { jsonText, refuseUnwritable, writeByEnding } from '../output';
import { cacheFolder } from '../paths';
import { table } from '../present/table';
import { tapChoicesText } from '../tapChoices';
import { defineVerb } from '../verb';

export const model = defineVerb({
  name: 'model',
  summary: 'the model card: layers, taps with tensor names and shapes, inputs, tokenizer check, self-checks, what is supported and why not',
  example: 'golgi model --model media/models/demo-gpt2 --check',
  flags: {
    ...modelFlags,
    check: { type: 'boolean', help: 'also run the model and check what it does' },
    out: { type: 'string', value: 'FILE', help: 'a .json file for the choices of --tap, to be given as --tap FILE from then on' },
  },
  async run({ values, outside }) {
    const ref = modelRef('model', values);
    const { out } = values;
    if (out !== undefined && !ref.chosenTaps)
      throw usageError('model', '--out without --tap', '--tap TAP=TENSOR, whose choices are written');
    if (out !== undefined) await refuseUnwritable('model', [out], ['.json']);
    const card = await outside.runJob('model', { model: ref, check: values.check, cache: cacheFolder(values.cache) });
    if (out !== undefined) await writeByEnding('model', out, { '.json': () => tapChoicesText(ref.chosenTaps ?? []) });
    if (values.json) outside.out(jsonText({ ...card, checks: checkValues(card), checkDetails: card.checks }));
    else outside.out(cardText(card));
    return Object.values(card.checks).some(({ held }) => held === false) ? 1 : 0;
  },
});

function checkValues(card: ModelCard): Record<string, boolean | null> {
  return Object.fromEntries(Object.entries(card.checks).map(([name, { held }]) => [name, held]));
}

const mostCandidates = 20;

function candidatesOf({ candidates }: ModelCard): string[][] {
  const left = candidates.length - mostCandidates;
  return [
    ...candidates.slice(0, mostCandidates).map(({ id, tensor, width, reason }) => [`  ${id}`, String(width), shown(tensor, 90), reason]),
    ...(left > 0 ? [[`  ${countText(left)} more: --json lists them`]] : []),
  ];
}

function workText({ cost: { multiplicationsPerToken, measured } }: ModelCard): string {
  const estimate = `about ${(multiplicationsPerToken / 1e6).toPrecision(3)} million multiplications a token, by the shapes of the layers`;
  if (!measured) return `${estimate}; --check measures the speed`;
  const speed = `${countText(Math.round(measured.tokensPerSecond))} tokens a second on one thread`;
  return `${estimate}; measured on ${measured.tokens} tokens: ${speed}, ${bytesText(measured.memoryBytes)} of memory`;
}

/** The card as a page of text. */
function cardText(card: ModelCard): string {
  const facts: string[][] = [
    [
      'layers',
      card.stacks
        .map((stack) => `${stack.stack ? `${stack.stack} ` : ''}${stack.layers} × ${stack.hidden}, FFN ${stack.ffn}, ${stack.heads} heads`)
        .join('; '),
    ],
    ['parameters', countText(card.parameters)],
    ['weights', `${bytesText(card.cost.weightBytes)}, read from their file`],
    ['work', workText(card)],
    ['runs', shown(providerText(card.provider), 300)],
    ['vocabulary', card.vocabulary === null ? '–' : countText(card.vocabulary)],
    ['longest text', card.maxTokens === null ? 'not stated' : `${countText(card.maxTokens)} tokens`],
    ['attention', card.causal === null ? 'not known' : card.causal ? 'causal' : 'both directions'],
    ['opset', String(card.opset)],
    ...Object.entries(card.family).map(([name, value]) => [name, value === null ? '–' : shown(String(value))]),
    [
      'tokenizer',
      card.tokenizer
        ? `${card.tokenizer.kind}, ${countText(card.tokenizer.vocabulary)} pieces${card.tokenizer.lowercases ? ', lower-cases' : ''}`
        : 'none',
    ],
    ['graph’s hash', card.hash.graph.slice(0, 12)],
    ['weights’ hash', card.hash.weights.slice(0, 12)],
  ];
  const taps = card.taps.map((tap) => [`  ${tap.id}`, String(tap.width), `[${tap.shape.join(', ')}]`, shown(tap.tensor, 90)]);
  const io = [
    ...card.inputs.map((value) => ['  in', shown(value.name), value.type, `[${value.shape.join(', ')}]`]),
    ...card.outputs.map((value) => ['  out', shown(value.name), value.type, `[${value.shape.join(', ')}]`]),
  ];
  const checks = Object.entries(card.checks).map(([name, { held, detail }]) => [
    `  ${held === null ? '–' : held ? '✓' : '✗'} ${name}`,
    detail,
  ]);
  return [
    `${shown(card.name)}   ${card.files.map((file) => shown(file)).join(', ')}`,
    '',
    table(facts.map(([name = '', value = '']) => [`  ${name}`, value])),
    '',
    'taps',
    table(taps, { right: [1] }),
    '',
    ...(card.candidates.length ? ['candidates, to be taken with --tap TAP=TENSOR', table(candidatesOf(card)), ''] : []),
    'inputs and outputs',
    table(io),
    ...(checks.length ? ['', 'checks', table(checks)] : []),
    '',
    'methods',
    table(card.methods.map(({ title, supported, reason }) => [`  ${supported ? '✓' : '–'} ${title}`, shown(reason ?? '', 200)])),
    ...(card.unsupported.length ? ['', 'not supported', table(card.unsupported.map(({ method, reason }) => [`  ${method}`, reason]))] : []),
    ...(card.notes.length ? ['', ...card.notes.map((note) => `note: ${shown(note)}`)] : []),
    ...(card.warnings.length ? ['', ...card.warnings.map((warning) => `warning: ${problemLine(warning)}`)] : []),
    '',
  ].join('\n');
}
