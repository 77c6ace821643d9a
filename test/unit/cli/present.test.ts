import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { briefText } from '../../../server/src/cli/present/brief';
import { durationText } from '../../../server/src/cli/present/duration';
import { layersText } from '../../../server/src/cli/present/layers';
import { gainBar, layerStrip, palette } from '../../../server/src/cli/present/marks';
import { progressText } from '../../../server/src/cli/present/progress';
import { cells, cut, table } from '../../../server/src/cli/present/table';
import { counted } from '../../../server/src/protocol/counted';
import { rowNoun, scoreText } from '../../../server/src/protocol/reading';
import { sampleResult } from '../../helpers/sampleResult';

const scale = { chance: 0.25, best: 1 };

test('a bar is empty at chance, half full half way to the best score, and full at it', () => {
  expect(gainBar(0.25, scale, 8)).toBe('········');
  expect(gainBar(0.625, scale, 8)).toBe('████····');
  expect(gainBar(1, scale, 8)).toBe('████████');
});

test('a score below chance draws no bar, and an undefined one neither', () => {
  expect(gainBar(0.1, scale, 4)).toBe('····');
  expect(gainBar(null, scale, 4)).toBe('····');
});

test('the strip of layers shows where a concept lives, and a dot where nothing is defined', () => {
  expect(layerStrip([null, 0.25, 0.625, 1], scale)).toBe('·▁▅█');
});

test('encoder and decoder have a strip each, since their layers are not the same ones', () => {
  const [ranking] = sampleResult.rankings;
  if (!ranking) throw new Error('the sample has rankings');
  const neurons = ['enc.L1.ffn.0', 'dec.L1.ffn.0', 'dec.L2.ffn.0', 'enc.L3.ffn.0'];
  const result = { ...sampleResult, neurons };
  const scored = { ...ranking, chance: 0, score: [0.5, 0.25, 1, null] };
  expect(layersText(result, scored)).toBe('enc ·▅·· dec ·▃█');
  expect(layersText({ ...result, neurons: ['0', '1', '2', '3'] }, scored)).toBe('');
});

test('what a row is called follows from what it is', () => {
  const { matrix, activations } = sampleResult.provenance;
  expect(rowNoun({ matrix, activations })).toBe('word');
  expect(rowNoun({ matrix, activations: { ...activations, words: 'none' } })).toBe('token');
  expect(rowNoun({ matrix: { file: 'x.npy', sha256: '', labels: 'y.txt' }, activations })).toBe('row');
});

describe('one line a concept', () => {
  const lines = (result = sampleResult, width = 200): string[] => briefText(result, { width, paint: palette(false) }).split('\n');

  test('says the best neuron of the first method, its gain and who agrees', () => {
    const [head, line] = lines();
    expect(head).toMatch(/^concept +words +chance +luck +score +gain over chance +by layer +best neuron +also by +strongest words$/);
    expect(line).toMatch(/^wink\.xpos=VBD +120 +\.10 +\.19 +\.91 +█+[▏▎▍▌▋▊▉]?·+ +▁█▄ +L1\.ffn\.3 +▲/);
  });

  test('names what has no score with the reason, and shows no bar for it', () => {
    const rankings = sampleResult.rankings
      .slice(0, 1)
      .map((ranking) => ({ ...ranking, score: [null, null, null, null], warnings: ['no such word'] }));
    expect(lines({ ...sampleResult, rankings })[1]).toMatch(/–  +none has a defined score +no such word$/);
    expect(briefText({ ...sampleResult, rankings: [] }, { width: 80, paint: palette(false) })).toBe('no rankings\n');
  });

  test('keeps words to what room there is', () => {
    expect(lines(sampleResult, 10).every((line) => line.length > 0 || line === '')).toBe(true);
    expect(lines(sampleResult, 10)[1]).toMatch(/took .*…$/);
  });
});

test('scores are written as shares, dashes stand for undefined', () => {
  expect([0.834, -0.12, 12.345, 1530.2, null, 0].map((value) => scoreText(value))).toEqual(['.83', '−.12', '12.3', '1,530', '–', '.00']);
  expect(scoreText(0.0004)).toBe('4e−4');
});

test('times and counts read as a person says them', () => {
  expect([400, 12_000, 100_000].map(durationText)).toEqual(['0.4 s', '12 s', '1 min 40 s']);
  expect([counted(1, 'word'), counted(24_816, 'word')]).toEqual(['1 word', '24,816 words']);
});

test('columns line up with wide characters, combining marks and colours', () => {
  const rows = ['東京', 'e\u0301', '\u001b[1mbold\u001b[0m'];
  const lines = table(rows.map((text) => [text, '|'])).split('\n');
  expect(lines.map((line) => cells(line.slice(0, line.indexOf('|'))))).toEqual([6, 6, 6]);
  expect(
    table(
      [
        ['a', '1'],
        ['bb', '10'],
      ],
      { right: [1] },
    ),
  ).toBe('a    1\nbb  10');
});

test('a cut text never takes more cells than it was given', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, width) => cells(cut(text, width)) <= width),
  );
});

test('progress says how far, of how much, in what, and how long it will take', () => {
  const text = progressText({ stage: 'extracting', done: 750, total: 3000, unit: 'sentences' }, 4_000);
  expect(text).toBe('extracting  ██████··················  750 of 3,000 sentences, 12 s left');
});
