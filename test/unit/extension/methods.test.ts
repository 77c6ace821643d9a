import { expect, test } from 'vitest';
import { runCommand } from '../../../extension/src/commands';
import type { Choice, Ui } from '../../../extension/src/ui';
import { methodCard, methods } from '../../../server/src/methods';
import { goodAnswers, testWindow } from '../../helpers/extensionWindow';
import type { TestWindow } from '../../helpers/extensionWindow';

const cards = methods.map(methodCard);

/** A window on the sample. `picks` are the labels that a person picks, one after the other; undefined is Escape. */
async function windowWhere(picks: readonly (string | undefined)[], ui: Partial<Ui> = {}): Promise<TestWindow> {
  const left = [...picks];
  const given: TestWindow = testWindow(
    { ...goodAnswers(), 'golgi/methods/list': () => cards },
    {
      pick: async (choices) => {
        const rows = [...(await choices)];
        given.offered.push(rows);
        const label = left.shift();
        return label === undefined ? undefined : rows.find((row) => row.label === label)?.value;
      },
      pickMany: async (choices) => {
        given.offered.push([...choices]);
        return choices.flatMap(({ description, value }) =>
          ['ap', 'iou'].includes(description ?? '') && value !== undefined ? [value] : [],
        );
      },
      pickSome: async () => ['upos=VERB'],
      ...ui,
    },
  );
  await given.session.start();
  await runCommand('golgi.openSample', given);
  return given;
}

const asked = ({ asked: all }: TestWindow): unknown => all.find(({ method }) => method === 'golgi/neurons/rank')?.params;
const labels = (rows: readonly Choice<unknown>[] = []): string[] => rows.map(({ label }) => label);

test('methods are ticked, their parameters stand in a form with their defaults, and the ranking is by them', async () => {
  const given = await windowWhere(['quantile: 0.995', 'side: high', 'low', '$(play) Choose Concepts…'], { ask: async () => '0.9' });
  await runCommand('golgi.rankByMethods', given);
  expect(given.failures).toEqual([]);
  const [offeredMethods, form, changed, , last] = given.offered;
  // Every method that ranks is there, those that only describe are not; what the settings name is ticked.
  expect(offeredMethods?.map(({ description }) => description)).toEqual(cards.filter(({ role }) => role === 'ranks').map(({ id }) => id));
  expect(offeredMethods?.filter(({ picked }) => picked).map(({ description }) => description)).toEqual(['ap']);
  expect(offeredMethods?.[0]?.detail).toMatch(/^Sees .*\. Blind to /);
  expect(labels(form)).toEqual(expect.arrayContaining(['Average precision', 'quantile: 0.995', 'side: high', '$(info) Method card']));
  expect(changed?.find(({ label }) => label === 'quantile: 0.9')?.description).toBe('default 0.995');
  expect(labels(last)).toEqual(expect.arrayContaining(['quantile: 0.9', 'side: low']));
  expect(asked(given)).toMatchObject({
    methods: ['ap', 'iou'],
    parameters: { iou: { quantile: '0.9', side: 'low' } },
    concepts: ['upos=VERB'],
  });
  expect(given.done.at(-1)).toBe('table /results/r.golgi-result.json');
});

test('probes are offered by themselves, with the same form', async () => {
  const given = await windowWhere([undefined]);
  await runCommand('golgi.probeConcepts', given);
  const probes = cards.filter(({ family, role }) => family === 'probing' && role === 'ranks').map(({ id }) => id);
  expect(probes).toEqual(expect.arrayContaining(['sparse', 'lca', 'gaussian']));
  expect(given.offered[0]?.map(({ description }) => description)).toEqual(probes);
});

test('Escape in the form starts nothing, Escape in a field leaves the value', async () => {
  const left = await windowWhere([undefined]);
  await runCommand('golgi.rankByMethods', left);
  expect(asked(left)).toBeUndefined();
  const kept = await windowWhere(['quantile: 0.995', '$(play) Choose Concepts…']);
  await runCommand('golgi.rankByMethods', kept);
  expect(asked(kept)).toMatchObject({ parameters: {} });
});

test('a field says what it takes, and what is wrong with a value', async () => {
  let wrong: (text: string) => string | undefined = () => undefined;
  const given = await windowWhere(['quantile: 0.995'], {
    ask: async (options) => {
      wrong = options.wrong;
      return undefined;
    },
  });
  await runCommand('golgi.rankByMethods', given);
  expect(wrong('0.9')).toBeUndefined();
  expect(wrong('2')).toMatch(/^Expected: number from/);
});

test('the card of a method is shown from the form, from the palette and where a page asks for it', async () => {
  const form = await windowWhere(['$(info) Method card']);
  await runCommand('golgi.rankByMethods', form);
  expect(form.done.at(-1)).toMatch(/^method /);
  const palette = await windowWhere(['Probeless']);
  await runCommand('golgi.showMethod', palette);
  expect(palette.done.at(-1)).toBe('method probeless');
  await runCommand('golgi.showMethod', palette, 'd-prime');
  expect(palette.done.at(-1)).toBe('method d-prime');
});

test('a probe of numbers asks for numbers, and for no concept; beside another method for both', async () => {
  const tick = (...ids: string[]): Partial<Ui> => ({
    pickMany: async (choices) =>
      choices.flatMap(({ label, description = '', value }) =>
        value !== undefined && (ids.includes(description) || label === 'depth') ? [value] : [],
      ),
  });
  const numbers = await windowWhere(['l1: 0', '$(play) Choose Numbers…'], { ...tick('regression'), ask: async () => '0.1' });
  await runCommand('golgi.rankByMethods', numbers);
  expect(numbers.failures).toEqual([]);
  expect(asked(numbers)).toMatchObject({
    methods: ['regression'],
    targets: ['depth'],
    concepts: [],
    parameters: { regression: { l1: '0.1' } },
  });
  const both = await windowWhere(['$(play) Choose Numbers and Concepts…'], tick('regression', 'ap'));
  await runCommand('golgi.rankByMethods', both);
  expect(asked(both)).toMatchObject({ methods: ['ap', 'regression'], targets: ['depth'], concepts: ['upos=VERB'] });
});
