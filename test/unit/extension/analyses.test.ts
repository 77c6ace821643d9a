/** Analyses from the palette: what is asked, what is run, what their pages may ask for. */
import { expect, test } from 'vitest';
import { runCommand } from '../../../extension/src/commands';
import { asPaint } from '../../../extension/src/paintedFormula';
import { fromAnalysis } from '../../../extension/src/views/fromPages';
import type { Ui } from '../../../extension/src/ui';
import { analysisForms } from '../../../server/src/language/analysisForms';
import { CancelledError } from '../../../server/src/protocol/errors';
import { goodAnswers, testWindow } from '../../helpers/extensionWindow';
import type { Answers, TestWindow } from '../../helpers/extensionWindow';

const explained = { neuron: 'L3.ffn.412', direction: 1, threshold: 1.9, formula: ['and', 'upos=VERB', ['not', 'rule:digit']] } as const;

/** A window on the sample. `picks` are the labels that a person picks, one after the other; undefined is Escape. */
async function windowWhere(picks: readonly (string | undefined)[], ui: Partial<Ui> = {}, answers: Answers = {}): Promise<TestWindow> {
  const left = [...picks];
  const corpus = goodAnswers()['golgi/corpus/open']?.({ uri: 'file:///bundled/sample.jsonl' } as never);
  const run = () => ({ file: '/results/x.golgi-analysis.json', corpus });
  const given: TestWindow = testWindow(
    { ...goodAnswers(), 'golgi/analyses/list': analysisForms, 'golgi/analyses/run': run, ...answers },
    {
      pick: async (choices) => {
        const rows = [...(await choices)];
        given.offered.push(rows);
        const label = left.shift();
        return label === undefined ? undefined : rows.find((row) => row.label === label)?.value;
      },
      ...ui,
    },
  );
  await given.session.start();
  await runCommand('golgi.openSample', given);
  return given;
}

const asked = ({ asked: all }: TestWindow): unknown => all.find(({ method }) => method === 'golgi/analyses/run')?.params;

test('a formula is asked for by neurons, concepts and a form that follows from the method, and its page opens', async () => {
  const given = await windowWhere(['The neuron in focus', 'All concepts of the corpus', 'length: 5', '$(play) Run'], {
    ask: async () => '3',
  });
  given.selection.send({ type: 'focus', neuron: 'L3.ffn.412', side: 'high' });
  await runCommand('golgi.explainNeurons', given);
  expect(given.failures).toEqual([]);
  // What the run asks beside the method's own parameters stands in the same form.
  expect(given.offered[2]?.map(({ label }) => label)).toEqual(expect.arrayContaining(['beam: 10', 'min-rows: 20', '$(info) Method card']));
  expect(asked(given)).toMatchObject({
    analyses: [{ method: 'compositional', parameters: { length: '3' } }],
    ...{ neurons: 'L3.ffn.412', concepts: [], contexts: [], taps: ['ffn'] },
  });
  expect(given.done.at(-1)).toBe('table /results/x.golgi-analysis.json');
});

test('several analyses are one run, over all neurons only where each can look at all of them', async () => {
  const both = (...jobs: string[]): Partial<Ui> => ({
    pickMany: async (choices) =>
      choices.flatMap(({ value }) =>
        value !== undefined && jobs.includes(String((value as { job?: string }).job ?? value)) ? [value] : [],
      ),
  });
  const given = await windowWhere(['All neurons', '$(play) Run'], both('propose', 'contexts', 'word'));
  await runCommand('golgi.analyse', given);
  expect(asked(given)).toMatchObject({
    analyses: [{ method: 'word-set' }, { method: 'context-information' }],
    ...{ neurons: null, contexts: ['word'] },
  });
  const some = await windowWhere([], both('propose', 'align'));
  await runCommand('golgi.analyse', some);
  expect(some.offered[0]?.map(({ label }) => label)).not.toContain('All neurons');
  expect(asked(some)).toBeUndefined();
});

test('an analysis that is stopped says what is kept', async () => {
  const given = await windowWhere([], {}, { 'golgi/analyses/run': () => Promise.reject(new CancelledError()) });
  await runCommand('golgi.explainNeurons', given, { neurons: 'L1.ffn.1' });
  expect(given.done.at(-1)).toMatch(/^The analysis was stopped\. Activations read so far are kept/);
});

test('a concept that was kept is offered first wherever concepts are asked for, until it is forgotten', async () => {
  const concept = 'months := word:"may|june"';
  const given = await windowWhere(['months'], { pickSome: async (choices) => [(await choices)[0]?.value ?? ''] });
  given.concepts.keep(concept);
  await runCommand('golgi.rankNeurons', given);
  expect(given.asked.find(({ method }) => method === 'golgi/neurons/rank')?.params).toMatchObject({ concepts: [concept] });
  expect(given.memory.concepts).toEqual([concept]);
  await runCommand('golgi.forgetConcept', given);
  expect(given.concepts.all).toEqual([]);
});

test('a painted formula is of one text, and its words are gone through one after the other', async () => {
  const given = await windowWhere([]);
  const words = [3, 8].map((line) => ({ line, start: 2, end: 6 }));
  const window = { ...given, disagreements: () => words };
  given.formula.show(explained, 'h');
  for (const id of ['golgi.nextDisagreement', 'golgi.previousDisagreement'] as const) await runCommand(id, window);
  expect(given.done.slice(-2)).toEqual([3, 8].map((line) => `reveal file:///bundled/sample.jsonl:${line}:2+4`));
  given.formula.follow('h');
  expect(given.formula.now).toEqual(explained);
  given.formula.follow('another');
  expect(given.formula.now).toBeNull();
});

test('what the neuron says alone is painted high, what the formula says alone is painted low', () => {
  const spans = [1, -1].map((sign) => ({ line: 1, start: 0, end: 3, value: 2, sign }));
  expect(asPaint({ spans }, explained).spans.map(({ step }) => Math.sign(step))).toEqual([1, -1]);
});

test('messages of the page are read field by field', () => {
  const good = [
    { type: 'ready' },
    { type: 'paint', explained },
    { type: 'paint', explained: null },
    { type: 'open', word: 3, line: 1, text: 'took' },
    { type: 'keep', concept: 'a := word:"b"' },
  ];
  expect(good.map(fromAnalysis)).toEqual(good);
  const deep = Array.from({ length: 200 }).reduce<unknown>((formula) => ['not', formula], 'a');
  const bad = [
    { type: 'paint', explained: { ...explained, formula: ['xor', 'a', 'b'] } },
    { type: 'paint', explained: { ...explained, formula: deep } },
    { type: 'paint', explained: { ...explained, threshold: Infinity } },
    { type: 'open', word: -1, line: 1, text: '' },
    { type: 'rank', concept: '' },
    { type: 'focus', neuron: '<img>', side: 'high' },
  ];
  expect(bad.map(fromAnalysis)).toEqual(bad.map(() => undefined));
});
