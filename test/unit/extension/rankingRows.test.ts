/** The tree of rankings: what is listed of a ranking, by concept, layer or line, and how somebody arranges it. */
import { expect, test } from 'vitest';
import { runCommand } from '../../../extension/src/commands';
import { Memory } from '../../../extension/src/memory';
import { usualArrangement } from '../../../extension/src/rankingTree';
import type { Ui } from '../../../extension/src/ui';
import { lineRows, rankingRows } from '../../../extension/src/views/rankingRows';
import type { RankingDigest, WordLook } from '../../../server/src/protocol/messages';
import { digest, goodAnswers, TestStorage, testWindow } from '../../helpers/extensionWindow';

const ranking = digest as RankingDigest;

test('a concept lists the neurons above luck with score, side, interval, chance and support', () => {
  const [row] = rankingRows([ranking], usualArrangement);
  expect(row).toMatchObject({ label: 'upos=VERB', description: '2,187 words' });
  expect(row?.rows?.map(({ label, description, icon }) => [label, description, icon])).toEqual([
    ['L3.ffn.412', '.87', 'arrow-up'],
    ['L4.ffn.96', '.61', 'arrow-down'],
  ]);
  expect(row?.rows?.[0]?.tooltip?.join('\n')).toBe(
    'L3.ffn.412 is high on upos=VERB\nAverage precision .87 [.85, .89], chance .09\nBest by luck .20, p .004\n' +
      '2,187 of 24,816 words carry the concept\nCorrelational: the model was not changed',
  );
});

test('neurons that are not listed are counted, and a concept without any says so', () => {
  const many = rankingRows([{ ...ranking, standing: 47, neurons: ranking.neurons.slice(0, 2) }], usualArrangement);
  expect(many[0]?.rows?.at(-1)?.label).toBe('45 more above luck');
  expect(rankingRows([{ ...ranking, neurons: [], standing: 0 }], usualArrangement)[0]?.rows?.map(({ label }) => label)).toEqual([
    'No neuron is above luck',
  ]);
});

test('the tree goes by the first method until another is chosen', () => {
  const auroc = { ...ranking, method: 'auroc', title: 'Area under the ROC curve', neurons: [], standing: 0 };
  expect(rankingRows([ranking, auroc], usualArrangement)).toHaveLength(1);
  expect(rankingRows([ranking, auroc], { ...usualArrangement, method: 'auroc' })[0]?.rows?.[0]?.label).toBe('No neuron is above luck');
  expect(rankingRows([ranking], { ...usualArrangement, method: 'gone' })).toHaveLength(1);
});

test('of a tap only its neurons are listed, and where there are none that is said', () => {
  const hidden = { ...ranking, neurons: [...ranking.neurons, { ...ranking.neurons[0], id: 'L2.hidden.5' }] } as RankingDigest;
  const ofTap = rankingRows([hidden], { ...usualArrangement, tap: 'hidden' });
  expect(ofTap[0]?.rows?.map(({ label }) => label)).toEqual(['L2.hidden.5']);
  expect(rankingRows([ranking], { ...usualArrangement, tap: 'attn' })[0]?.rows?.[0]?.label).toBe(
    'None of the 2 neurons above luck is of attn',
  );
});

test('by layer each neuron stands once, with the concept in whose ranking it is best placed', () => {
  const noun: RankingDigest = { ...ranking, concept: 'upos=NOUN', neurons: [...ranking.neurons].reverse().slice(1) };
  const layers = rankingRows([ranking, noun], { ...usualArrangement, by: 'layer' });
  expect(layers.map(({ label, description, rows }) => [label, description, rows?.map((row) => `${row.label} ${row.description}`)])).toEqual(
    [
      ['Layer 3', '1', ['L3.ffn.412 .87 upos=VERB']],
      ['Layer 4', '1', ['L4.ffn.96 .61 upos=NOUN']],
    ],
  );
});

test('of a line the most unusual neurons come first, each at the word where it is', () => {
  const at = { place: 1, value: 2, concept: null };
  const look = (text: string, neurons: readonly (readonly [string, number])[]): WordLook => ({
    ...{ text, firstPosition: text === 'Their', line: 3, start: 0, end: 4 },
    neurons: neurons.map(([neuron, percentile]) => ({ ...at, neuron, percentile, side: percentile < 50 ? 'low' : 'high' })),
  });
  const looks = [look('Their', [['L3.ffn.3', 100]]), look('took', [['L1.ffn.1', 98], ['L2.ffn.2', 1]]), look('it', [['L1.ffn.1', 99.5]])]; // prettier-ignore
  const [line] = lineRows({ line: 3, looks }, usualArrangement);
  expect([line?.label, line?.description]).toEqual(['Line 4', '3 words']);
  expect(line?.rows?.map(({ label, description, side }) => [label, description, side])).toEqual([
    ['L1.ffn.1', 'it 99.5', 'high'],
    ['L2.ffn.2', 'took 1.0', 'low'],
  ]);
  expect(lineRows({ line: 3, looks: [] }, usualArrangement)[0]?.rows?.[0]?.label).toBe('No neuron is unusual here');
  expect(lineRows(null, usualArrangement)[0]?.label).toContain('Put the cursor');
});

test('the arrangement is chosen from lists, said above the rows and remembered', async () => {
  const storage = new TestStorage();
  const picked = ['layer', 'ap', 'ffn'];
  const pick: Ui['pick'] = async (choices) => (await choices).find(({ value }) => value === picked[0])?.value;
  const given = testWindow(goodAnswers(), { pick }, { storage });
  await given.session.start();
  await runCommand('golgi.openSample', given);
  expect(given.rankings.message).toBeUndefined();
  await runCommand('golgi.rankNeurons', given, { concepts: ['upos=VERB'] });
  expect(given.rankings.message).toBe('Average precision, all taps, by concept');
  for (const id of ['golgi.groupRankings', 'golgi.chooseScore', 'golgi.chooseRankedTap'] as const) {
    await runCommand(id, given);
    picked.shift();
  }
  expect(given.rankings.message).toBe('Average precision, ffn, by layer');
  expect(given.rankings.rows.map(({ label }) => label)).toEqual(['Layer 3', 'Layer 4']);
  expect(new Memory(storage, new TestStorage()).arrangement).toEqual({ by: 'layer', method: 'ap', tap: 'ffn' });
});

test('by line the tree follows the cursor and asks about each line once', async () => {
  const at = { neuron: 'L1.ffn.1', value: 2, percentile: 99, place: 1, concept: null, side: 'high' };
  const look = ({ line }: { line: number }) => ({ text: 'took', line, start: 2, end: 6, neurons: [at] });
  const given = testWindow({ ...goodAnswers(), 'golgi/word/look': look });
  await given.session.start();
  await runCommand('golgi.openSample', given);
  await runCommand('golgi.groupRankings', given, 'line');
  expect(given.rankings.rows[0]?.label).toContain('Put the cursor');
  const place = { uri: 'file:///bundled/sample.jsonl', word: 40, line: 4, text: 'took', value: null, percentile: null };
  given.selection.send({ type: 'place', place, recorded: false });
  const shown = new Promise<void>((resolve) => given.rankings.onChange(resolve));
  given.rankings.follow();
  given.rankings.follow();
  await shown;
  expect(given.rankings.rows[0]).toMatchObject({ label: 'Line 5', rows: [{ label: 'L1.ffn.1', description: 'took 99.0' }] });
  expect(given.asked.filter(({ method }) => method === 'golgi/word/look')).toHaveLength(1);
});
