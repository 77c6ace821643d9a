/** The pipelines of whole families, over the vocabularies of small tokenizers, with the official package as the witness. */
import { describe, expect, test } from 'vitest';
import { opened, said, tokenizerJson, witness } from '../../helpers/tokenizerOracle';
import { added, agrees, byteLevel, read, split } from '../../helpers/tokenizerParts';
import type { Components } from '../../helpers/tokenizerParts';

const bert = read('bert');
const gpt2 = read('gpt2');
const llama = read('llama');
const t5 = read('t5');
const roberta = read('roberta');

const charsmap = (t5['normalizer'] as { normalizers: Components[] }).normalizers[0];
const inTurn = (normalizers: readonly unknown[]): Components => ({ type: 'Sequence', normalizers });
const oneByOne = (...pretokenizers: readonly unknown[]): Components => ({ type: 'Sequence', pretokenizers });
const metaspace = (flags: Components): Components => ({
  type: 'Metaspace',
  replacement: '▁',
  prepend_scheme: 'always',
  split: true,
  ...flags,
});
const replace = (Regex: string, content: string): Components => ({ type: 'Replace', pattern: { Regex }, content });
const quotes = [replace('``', '"'), replace("''", '"')];
const blanks = '\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';
const contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";

/** `start text end`, or in another order, with the ids of the vocabulary below. */
function template(...pieces: readonly (string | readonly [string, number])[]): Components {
  const single = pieces.map((piece) =>
    typeof piece === 'string' ? { Sequence: { id: 'A', type_id: 0 } } : { SpecialToken: { id: piece[0], type_id: 0 } },
  );
  const special = pieces.filter((piece) => typeof piece !== 'string');
  return {
    type: 'TemplateProcessing',
    single,
    pair: [...single, { Sequence: { id: 'B', type_id: 1 } }],
    special_tokens: Object.fromEntries(special.map(([id, number]) => [id, { id, ids: [number], tokens: [id] }])),
  };
}

const families: Readonly<Record<string, Components>> = {
  'BERT that keeps case, ELECTRA': {
    ...bert,
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: false },
  },
  MPNet: {
    ...bert,
    added_tokens: [
      ...(bert['added_tokens'] as Components[]),
      added(220, '<s>'),
      added(221, '</s>'),
      added(222, '<mask>', { lstrip: true }),
    ],
    post_processor: { type: 'RobertaProcessing', sep: ['</s>', 221], cls: ['<s>', 220], trim_offsets: true, add_prefix_space: false },
  },
  'BART, with a blank put first': { ...roberta, pre_tokenizer: byteLevel({ add_prefix_space: true }) },
  OPT: {
    model: gpt2['model'],
    added_tokens: [added(330, '</s>', { normalized: true })],
    pre_tokenizer: byteLevel({}),
    post_processor: template(['</s>', 330], 'A'),
  },
  'GPT-NeoX, Pythia': {
    model: gpt2['model'],
    normalizer: { type: 'NFC' },
    pre_tokenizer: byteLevel({}),
    post_processor: byteLevel({}),
    added_tokens: [
      added(330, '<|padding|>'),
      added(331, '  ', { special: false, normalized: true }),
      added(332, '   ', { special: false, normalized: true }),
    ],
  },
  'Phi, CodeGen': {
    ...gpt2,
    added_tokens: [
      ...(gpt2['added_tokens'] as Components[]),
      added(330, '\t\t', { special: false, normalized: true }),
      added(331, '    ', { special: false }),
    ],
  },
  BLOOM: {
    model: gpt2['model'],
    pre_tokenizer: oneByOne(split(' ?[^(\\s|[.,!?…。，、।۔،])]+'), byteLevel({ use_regex: false })),
    post_processor: byteLevel({ trim_offsets: false }),
  },
  Qwen2: {
    model: gpt2['model'],
    normalizer: { type: 'NFC' },
    pre_tokenizer: oneByOne(
      split(`${contractions}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|${blanks}`),
      byteLevel({ use_regex: false, trim_offsets: false }),
    ),
    post_processor: byteLevel({ use_regex: false, trim_offsets: false }),
    added_tokens: [added(330, '<|im_start|>'), added(331, '<|im_end|>')],
  },
  Falcon: {
    model: gpt2['model'],
    pre_tokenizer: oneByOne(
      { type: 'Punctuation', behavior: 'Contiguous' },
      byteLevel({}),
      { type: 'Digits', individual_digits: false },
      split('[0-9][0-9][0-9]'),
    ),
    post_processor: byteLevel({}),
  },
  Mistral: {
    ...llama,
    normalizer: inTurn([
      { type: 'Prepend', prepend: '▁' },
      { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
    ]),
    pre_tokenizer: null,
  },
  Gemma: {
    ...llama,
    normalizer: { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
    pre_tokenizer: { type: 'Split', pattern: { String: ' ' }, behavior: 'MergedWithPrevious', invert: false },
  },
  mT5: { ...t5, normalizer: inTurn([charsmap, replace(' {2,}', ' ')]) },
  'XLM-R, mBART': {
    ...t5,
    normalizer: charsmap,
    pre_tokenizer: oneByOne({ type: 'WhitespaceSplit' }, metaspace({})),
    added_tokens: [added(1, '</s>'), added(208, '<s>'), added(209, '<mask>', { lstrip: true })],
    post_processor: template(['<s>', 208], 'A', ['</s>', 1]),
  },
  ALBERT: {
    ...t5,
    normalizer: inTurn([...quotes, { type: 'NFKD' }, { type: 'StripAccents' }, { type: 'Lowercase' }, charsmap]),
    pre_tokenizer: oneByOne({ type: 'WhitespaceSplit' }, metaspace({})),
    added_tokens: [added(208, '[CLS]'), added(209, '[SEP]'), added(210, '[MASK]', { lstrip: true })],
    post_processor: template(['[CLS]', 208], 'A', ['[SEP]', 209]),
  },
  XLNet: {
    ...t5,
    normalizer: inTurn([...quotes, charsmap, replace(' {2,}', ' ')]),
    pre_tokenizer: metaspace({}),
    added_tokens: [added(208, '<sep>'), added(209, '<cls>'), added(210, '<mask>', { lstrip: true })],
    post_processor: template('A', ['<sep>', 208], ['<cls>', 209]),
  },
  'DeBERTa-v2': {
    ...t5,
    normalizer: inTurn([{ type: 'Strip', strip_left: true, strip_right: true }, charsmap, replace(' {2,}', ' ')]),
    pre_tokenizer: oneByOne(metaspace({})),
    added_tokens: [added(208, '[CLS]'), added(209, '[SEP]'), added(210, '[MASK]')],
    post_processor: template(['[CLS]', 208], 'A', ['[SEP]', 209]),
  },
};

/** What breaks tokenizers: joined emoji, right to left, marks without a letter, ideographs, controls, look-alikes of special tokens. */
const hard = [
  'The family 👩‍👩‍👧‍👦 waves 👋🏽 at 🇩🇪🇫🇷!',
  'שלום עולם, مرحبا بالعالم 123 ١٢٣ \u202eabc\u202c',
  'e\u0209\u0323 ñ n\u0303 \u0209x Å A\u030a ﬁne ½ ² Ⅷ ǅ',
  '東京で日本語を話す。中文，没有空格！한국어 \u1112\u1161\u11ab',
  'a\tb\r\nc\u0085d\u00a0e\u2080f\u200bg\u200dh\ufeffi\u2028j',
  'a\u0001b\u007fc\u0000d',
  '[MASK ] [mask] [[MASK]] < s > <s></s><<s>> <|endoftext|><|im_start|> <extra_id_0>x▁y',
  "``quoted'' don't DON'T I'LL we’ve --- ... ?! 3.14 1,000,000 0x1F",
  'İstanbul ΟΔΥΣΣΕΥΣ straße ẞ ıI',
  '  two   blanks    and at the end  ',
  '',
];

describe('every pipeline gives what the official package gives', () => {
  test.each(Object.entries(families))('%s on texts of all scripts', (_, components) => agrees(components));

  test.each(Object.entries(families))('%s on texts that break tokenizers', async (_, components) => {
    const json = tokenizerJson(components);
    const [tokenizer, official] = [opened(json), witness(json)];
    for (const text of hard) expect(said(tokenizer, text)).toEqual(await official(text));
  });
});
