import { expect, test } from 'vitest';
import { rankingDigests } from '../../../server/src/study/rankingDigest';
import { linkedOf } from '../../../server/src/worker/linkedConcepts';
import { sampleResult } from '../../helpers/sampleResult';

const [first] = sampleResult.rankings;
const result = { ...sampleResult, rankings: first ? [first] : [] };

test('a digest lists neurons best first, with what is known of them, and counts those that beat luck', () => {
  const [digest] = rankingDigests(result);
  expect(digest).toMatchObject({ concept: 'wink.xpos=VBD', luck: 0.19, standing: 2 });
  expect(digest?.neurons).toEqual([
    { id: 'L1.ffn.3', score: 0.91, direction: 1, interval: [0.88, 0.94], p: 1 / 201, beatsLuck: true },
    { id: 'L2.ffn.7', score: 0.45, direction: -1, interval: null, p: null, beatsLuck: true },
    { id: 'L0.hidden.0', score: 0.12, direction: 1, interval: null, p: null, beatsLuck: false },
  ]);
});

test('a neuron is linked to the concept that it marks best, and to none that luck alone would give', () => {
  const other = first && { ...first, concept: 'upos=NOUN', score: [0.11, 0.2, 0.8, null] };
  const linked = linkedOf({ ...result, rankings: [...result.rankings, ...(other ? [other] : [])] });
  expect(linked.of.get('L1.ffn.3')).toMatchObject({ concept: 'wink.xpos=VBD', score: 0.91, chance: 0.1 });
  expect(linked.of.get('L2.ffn.7')?.concept).toBe('upos=NOUN');
  expect(linked.of.has('L0.hidden.0')).toBe(false);
  expect(linked.strip('upos=NOUN')?.stacks).toEqual([{ stack: '', best: [0.11, 0.2, 0.8] }]);
  expect(linked.strip('never ranked')?.concept).toBe('wink.xpos=VBD');
});
