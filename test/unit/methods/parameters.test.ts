import { describe, expect, test } from 'vitest';
import { InputError } from '../../../server/src/protocol/errors';
import { methodCard, methods, parameterSchema, parseParameters, rankMethod } from '../../../server/src/methods';

describe('parameters as a person writes them', () => {
  test('what is not given has its default', () => {
    expect(parseParameters(rankMethod('probeless'), {})).toEqual({ standardise: false, 'min-rows': 1 });
  });

  test('text becomes numbers, yes or no, and words', () => {
    expect(parseParameters(rankMethod('probeless'), { standardise: 'true', 'min-rows': '20' })).toEqual({
      standardise: true,
      'min-rows': 20,
    });
    expect(parseParameters(rankMethod('mean-select'), { range: 'percentiles' })).toEqual({ range: 'percentiles' });
  });

  test('every wrong parameter is listed', () => {
    const read = () => parseParameters(rankMethod('probeless'), { standardise: 'maybe', 'min-rows': '-3', quantile: '0.9' });
    expect(read).toThrow(InputError);
    try {
      read();
    } catch (error) {
      const { problems } = error as InputError;
      expect(problems.map(({ code }) => code)).toEqual(['METHOD_PARAMETER', 'METHOD_PARAMETER', 'METHOD_PARAMETER']);
      expect(problems.map(({ place }) => place.flag)).toEqual(['--set standardise', '--set min-rows', '--set quantile']);
      expect(problems[2]!.expected).toContain('standardise, min-rows');
    }
  });
});

describe('the registry', () => {
  test('an unknown method is refused with the names of those there are', () => {
    expect(() => rankMethod('magic')).toThrow(/METHOD_UNKNOWN --method — no ranking method "magic"; ap, auroc/);
  });

  test('every method has a name of its own and says what a person must know', () => {
    expect(new Set(methods.map(({ id }) => id)).size).toBe(methods.length);
    for (const { title, citation, sees, blindTo } of methods)
      for (const text of [title, citation, sees, blindTo]) expect(text).not.toBe('');
  });

  test('every method says what it reads, and which keep rows in memory', () => {
    const texts = new Map(methods.map((method) => [method.id, methodCard(method).reads]));
    expect(texts.get('probeless')).toBe('count, mean, least and largest value of each class, added up row by row; no row is kept');
    expect(texts.get('ap')).toContain('one neuron at a time, its values in order');
    const inMemory = methods.filter(({ id }) => texts.get(id)!.includes('held in memory'));
    expect(inMemory.map(({ kind }) => kind)).toEqual(methods.filter(({ kind }) => kind === 'sample').map(({ kind }) => kind));
  });

  test('every parameter has a schema with a default and a sentence of help', () => {
    for (const method of methods) {
      const schema = parameterSchema(method);
      expect(schema.additionalProperties).toBe(false);
      for (const property of Object.values(schema.properties ?? {}))
        expect(property).toMatchObject({ description: expect.any(String), default: expect.anything() });
    }
  });
});
