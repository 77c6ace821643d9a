import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HoverData } from '../../../server/src/language/hoverData';
import { hoverMarkdown } from '../../../server/src/language/hoverMarkdown';
import { bestLayer, layerStrip } from '../../../server/src/language/layerStrip';
import type { NeuronAtWord, WordFacts } from '../../../server/src/protocol/interactive';
import type { HoverLink } from '../../../server/src/protocol/messages';

const past = { concept: 'xpos=VBD', method: 'ap', score: 0.874, chance: 0.09, direction: 1 } as const;
const neuron = (id: string, change: Partial<NeuronAtWord> = {}): NeuronAtWord => ({
  neuron: id,
  value: 3.8712,
  percentile: 98.93,
  place: 265,
  concept: past,
  ...change,
});

const took: WordFacts = {
  word: 300,
  text: 'took',
  line: 14,
  start: 40,
  end: 44,
  pieces: ['Ġtook'],
  tag: { attribute: 'xpos', value: 'VBD', automatic: false },
  prediction: null,
  neurons: [neuron('L3.ffn.412'), neuron('L5.ffn.1933', { concept: null, value: -0.0204 })],
  comparedWith: { words: 24_816, sample: false },
  firstPosition: false,
  strip: { concept: 'xpos=VBD', method: 'ap', chance: 0.09, end: 0.87, stacks: [{ stack: '', best: [0.1, 0.3, null, 0.87] }] },
  model: 'demo-gpt2',
  corpus: 'field-notes.txt',
};

/** The hover of these facts and the links it asked for. */
function hover(
  facts: Partial<WordFacts> = {},
  pins: readonly string[] = ['L3.ffn.412'],
): { lines: string[]; text: string; links: HoverLink[] } {
  const links: HoverLink[] = [];
  const data: HoverData = { kind: 'ready', facts: { ...took, ...facts }, line: 14, pins, corpus: 'c1', theme: 'dark' };
  const text = hoverMarkdown(data, (link) => links.push(link));
  return { text, lines: text.split('\n').filter((line) => line !== ''), links };
}

const plain = (text: string) => text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

describe('a hover', () => {
  test('names the word, its sub-words and its tag, then neurons with what they mark', () => {
    const { lines } = hover();
    expect(lines[0]).toBe('**took** · 1 sub-word · VBD');
    expect(lines[1]).toBe('|  | Neuron | Here | Percentile | Linked concept | AP (chance) |');
    expect(plain(lines[3] ?? '')).toBe(
      '| 1 ■ | [`L3.ffn.412`](command:golgi.hoverLink?%5B1%5D "Show this neuron") | 3.87 | 98.9 | ○ xpos=VBD | .87 (.09) |',
    );
    expect(lines[4]).toContain('| −0.0204 | 98.9 | – none above chance |  |');
    expect(plain(lines[5] ?? '')).toMatch(/^xpos=VBD by layer !\[best L3\]\(data:image\/svg\+xml;base64,[\w+/=]+\) best L3$/);
    expect(plain(lines[6] ?? '')).toMatch(/^\[Pin\].* · \[Explore\].* · \[Find elsewhere\].* · demo-gpt2, field-notes\.txt, 24,816 words$/);
  });

  test('says what the model predicts, and of a tag that no person gave that it is automatic', () => {
    const { lines } = hover({
      tag: { attribute: 'wink.upos', value: 'VERB', automatic: true },
      prediction: { of: 'masked', pieces: [{ text: ' took', p: 0.614 }, { text: '\n', p: 0.12 }] }, // prettier-ignore
    });
    expect(plain(lines[0] ?? '')).toBe('**took** · 1 sub-word · VERB (automatic) · model predicts took .61, a blank .12');
    const next = hover({ prediction: { of: 'next', pieces: [{ text: ' it', p: 0.3 }] } });
    expect(next.lines[0]).toContain('model predicts next: it .30');
  });

  test('finds a neuron elsewhere on the side on which it is unusual here', () => {
    const { links } = hover({ neurons: [neuron('L3.ffn.412', { percentile: 0.4 })] });
    expect(links.find(({ action }) => action === 'find')).toMatchObject({ side: 'low' });
  });

  test('has a link for each neuron, and three for the most unusual one that is not pinned', () => {
    const here = { corpus: 'c1', side: 'high', line: 14, character: 40 };
    expect(hover().links).toEqual([
      { action: 'explore', neuron: 'L3.ffn.412', ...here },
      { action: 'explore', neuron: 'L5.ffn.1933', ...here },
      { action: 'explore', neuron: 'L5.ffn.1933', ...here },
      { action: 'find', neuron: 'L5.ffn.1933', ...here },
      { action: 'pin', neuron: 'L5.ffn.1933', ...here },
    ]);
    expect(hover({}, ['L3.ffn.412', 'L5.ffn.1933']).links.map(({ action }) => action)).not.toContain('pin');
  });

  test('gives the place in the order at both ends, where a percentile says little', () => {
    const ends = [neuron('L1.ffn.1', { percentile: 99.97, place: 12 }), neuron('L1.ffn.2', { percentile: 0.02, place: 4 })];
    const { text } = hover({ neurons: ends });
    expect(text).toContain('| top 12 of 24,816 |');
    expect(text).toContain('| lowest 4 of 24,816 |');
  });

  test('says when a concept is marked from below, and when there is none', () => {
    const low = neuron('L1.ffn.1', { concept: { ...past, direction: -1 } });
    const { text } = hover({ neurons: [low, neuron('L1.ffn.2', { concept: null })] });
    expect(plain(text)).toContain('| ○ xpos=VBD, low side |');
    expect(plain(text)).toContain('| – none above chance |');
  });

  test('before any ranking has no column for concepts', () => {
    const { lines } = hover({ neurons: [neuron('L3.ffn.412', { concept: null })], strip: null });
    expect(lines[1]).toBe('|  | Neuron | Here | Percentile |');
  });

  test('says of what its percentiles are, and that a first position is left out', () => {
    const { lines } = hover({ comparedWith: { words: 2_000, sample: true }, firstPosition: true, pieces: ['un', '##bound'] });
    expect(plain(lines.at(-1) ?? '')).toContain('sample of 2,000 words');
    expect(plain(lines[0] ?? '')).toBe('**took** · 2 sub-words un ##bound · VBD · first position, left out of statistics');
  });

  test('of a word at which nothing is unusual says so', () => {
    expect(hover({ neurons: [] }).lines.slice(1)[0]).toBe('No neuron is unusual at this word.');
  });

  test('that is not ready says that it is being computed', () => {
    expect(hoverMarkdown({ kind: 'computing' }, () => 1)).toBe('Computing this sentence');
  });
});

describe('text from a model or corpus stays text', () => {
  const attacks = [
    '[x](command:workbench.action.terminal.new)',
    '`code` | cell | **bold** _it_ ~~s~~',
    '<img src=x onerror=alert(1)>&amp;&#60;',
    '$(sync~spin) $(icon)',
    'https://example.org www.example.org a@b.org',
    '![p](https://example.org/p.png)',
    '# head\n- list\n> quote\n\n| a |\n|---|\n```',
    '\\[x\\](y) \u202e\u0000 end',
  ];

  test.each(attacks)('%j', (attack) => {
    const { lines, text } = hover({
      text: attack,
      pieces: [attack, attack],
      tag: { attribute: attack, value: attack, automatic: false },
      prediction: { of: 'masked', pieces: [{ text: attack, p: 0.5 }] },
      neurons: [neuron('L3.ffn.412', { concept: { ...past, concept: attack } })],
      strip: { ...(took.strip as NonNullable<WordFacts['strip']>), concept: attack },
      model: attack,
      corpus: attack,
    });
    const ours = hover({ neurons: took.neurons.slice(0, 1) });
    expect(lines).toHaveLength(ours.lines.length);
    // Whatever the text says, the signs of Markdown are those that a harmless hover has.
    const signs = (of: string) =>
      of
        .replace(/&#\d+;/g, '')
        .replace(/base64,[^)]*/, '')
        .match(/[[\]()`|*_<>!$\\#~]|\/\//g)
        ?.join('');
    expect(signs(text.replace('2 sub-words', ''))).toBe(signs(ours.text));
    expect(text.match(/\p{Cc}/gu)?.every((one) => one === '\n')).toBe(true);
  });

  test('for any text at all, in at most nine lines and 4 KiB', () => {
    const any = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(
        any,
        fc.array(any, { minLength: 1, maxLength: 30 }),
        any,
        fc.integer({ min: 1, max: 100 }),
        (text, pieces, name, layers) => {
          const concept = { ...past, concept: '|'.repeat(40) + name };
          const { lines, text: whole } = hover({
            text,
            pieces,
            tag: { attribute: name, value: '`'.repeat(40), automatic: true },
            prediction: {
              of: 'next',
              pieces: [
                { text: name, p: 1 },
                { text, p: 0 },
              ],
            },
            neurons: Array.from({ length: 8 }, (_, k) => neuron(`dec.L${k + 100}.hidden.${k + 10_000}`, { concept })),
            strip: {
              concept: '_'.repeat(40),
              method: 'ap',
              chance: 0,
              end: 1,
              stacks: [{ stack: '', best: Array.from({ length: layers }, (_, k) => k / layers) }],
            },
            model: name,
            corpus: '<'.repeat(50),
          });
          // The rule under a table's head is no line that is seen.
          expect(lines.filter((line) => !/^[| :-]+$/.test(line)).length).toBeLessThanOrEqual(9);
          expect(Buffer.byteLength(whole)).toBeLessThanOrEqual(4096);
          expect(whole.replace(/&#\d+;/g, '')).not.toMatch(/[<>\\$~]/);
        },
      ),
    );
  });
});

describe('the strip of layers', () => {
  test('encoder and decoder have a strip each, with its name and its own best layer', () => {
    const stacks = [
      { stack: 'enc', best: [0.1, 0.6] },
      { stack: 'dec', best: [0.1, null, 0.9] },
    ] as const;
    const { text } = hover({ strip: { concept: 'noun', method: 'ap', chance: 0.1, end: 0.9, stacks } });
    const images = text.match(/data:image[^)]*/g) ?? [];
    expect(text).toMatch(/noun by layer encoder !\[best L1\]\(.*\) best L1 · decoder !\[best L2\]\(.*\) best L2/);
    // The decoder's best is the whole height, the encoder's is measured by it.
    expect(
      images.map((uri) =>
        Buffer.from(uri.split(',')[1] ?? '', 'base64')
          .toString()
          .includes('v14'),
      ),
    ).toEqual([false, true]);
  });

  const svg = (uri: string) => Buffer.from(uri.replace('data:image/svg+xml;base64,', ''), 'base64').toString();

  test('has a bar for each layer from chance on, the highest in the colour of high values', () => {
    const picture = svg(layerStrip({ best: [0.1, 0.5, null, 0.9], chance: 0.1, end: 0.9 }, 'light'));
    expect(picture).toContain('width="40" height="14"');
    expect(picture).toContain('<path fill="#8f8f8f" d="M0 13h9v1h-9zM10 7h9v7h-9zM20 13h9v1h-9z"/>');
    expect(picture).toContain('<path fill="#c86400" d="M30 0h9v14h-9z"/>');
  });

  test('of losses the smallest is the highest bar', () => {
    const losses = { best: [0.6, null, 0.2], chance: 0.6, end: 0.2 };
    expect(bestLayer(losses)).toBe(2);
    expect(svg(layerStrip(losses, 'light'))).toContain('<path fill="#c86400" d="M20 0h9v14h-9z"/>');
  });

  test('of scores that are all undefined has no highest bar', () => {
    const none = { best: [null, null], chance: 0.5, end: 0.5 };
    expect(bestLayer(none)).toBeUndefined();
    expect(svg(layerStrip(none, 'hcDark'))).toContain('d=""');
  });
});
