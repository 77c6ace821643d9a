import { expect, test } from 'vitest';
import { methodCard, methods } from '../../../server/src/methods';
import { wrongValue } from '../../../server/src/protocol/methodCard';
import type { ParameterCard } from '../../../server/src/protocol/methodCard';

const parameter = (method: string, name: string): ParameterCard => {
  const found = methods.find(({ id }) => id === method);
  const card = found && methodCard(found).parameters.find((each) => each.name === name);
  if (!card) throw new Error(`${method} has no ${name}`);
  return card;
};

test('a parameter on a card is what its schema says', () => {
  expect(parameter('iou', 'quantile')).toMatchObject({ type: 'number', default: '0.995', max: 1, unit: null });
  expect(parameter('iou', 'side')).toMatchObject({ type: 'choice', default: 'high', min: null });
  expect(parameter('sparse', 'k')).toMatchObject({ type: 'whole', default: '1', min: 1, max: 256, unit: 'neurons' });
  expect(parameter('probeless', 'standardise')).toMatchObject({ type: 'boolean', default: 'false', options: [] });
});

test.each(methods.flatMap((method) => methodCard(method).parameters.map((each) => [method.id, each.name, each] as const)))(
  'the default of %s %s is a value that it takes',
  (_method, _name, each) => {
    expect(wrongValue(each, each.default)).toBeUndefined();
  },
);

test('what is no value says what there is', () => {
  expect(wrongValue(parameter('sparse', 'k'), '0')).toBe('Expected: whole number from 1 to 256 (neurons).');
  expect(wrongValue(parameter('sparse', 'k'), '1.5')).toBeDefined();
  expect(wrongValue(parameter('sparse', 'k'), '')).toBeDefined();
  expect(wrongValue(parameter('iou', 'side'), 'left')).toMatch(/^Expected: high, low/);
  expect(wrongValue(parameter('probeless', 'standardise'), 'yes')).toBe('Expected: true or false.');
  expect(wrongValue(parameter('linear', 'l2'), '1e-3')).toBeUndefined();
});
