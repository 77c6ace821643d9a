import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Flags } from '../../../server/src/cli/flags';
import { commonFlags } from '../../../server/src/cli/flags';
import { isGiven, readFlags } from '../../../server/src/cli/readFlags';
import { InputError } from '../../../server/src/protocol/errors';

const flags = {
  ...commonFlags,
  model: { type: 'string', value: 'DIR', help: '' },
  text: { type: 'string', multiple: true, value: 'TEXT', help: '' },
} as const satisfies Flags;
const read = (...args: string[]) => readFlags('tokens', flags, args, true);

/** What is wrong with a call, one text a finding. */
function found(...args: string[]): string[] {
  try {
    readFlags('tokens', flags, args, false);
    return [];
  } catch (error) {
    if (error instanceof InputError) return error.problems.map((problem) => `${problem.found}; ${problem.expected}`);
    throw error;
  }
}

test('flags that are absent are undefined, false or an empty list', () => {
  expect(read()).toEqual({
    values: { model: undefined, text: [], json: false, progress: false, cache: undefined, help: false },
    positionals: [],
  });
});

test('a value may begin with a dash', () => {
  expect(read('--text', '- item', '--text', '-h', '--text', '--', '--text', '-1').values.text).toEqual(['- item', '-h', '--', '-1']);
});

test('behind -- nothing is a flag', () => {
  expect(read('--json', '--', '--model', '-x')).toMatchObject({ values: { json: true, model: undefined }, positionals: ['--model', '-x'] });
  expect(isGiven('json', ['--', '--json'])).toBe(false);
});

test('-h is --help', () => {
  expect(read('--model', 'm', '-h').values.help).toBe(true);
});

test('a value bound by = is taken as it is, whatever it looks like', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.string()), (model, texts) => {
      const { values, positionals } = read(`--model=${model}`, ...texts.map((text) => `--text=${text}`));
      expect(values).toMatchObject({ model, text: texts });
      expect(positionals).toEqual([]);
    }),
  );
});

describe('what is wrong is said', () => {
  test.each([
    [['--model', '--json'], ['--model without a value; --model DIR']],
    [['--model'], ['--model without a value; --model DIR']],
    [['--modle', 'x'], ['no flag --modle; perhaps --model']],
    [['x'], ['"x" behind no flag; flags only; texts with blanks need quotes']],
    [['-x'], ['no flag -x; the flags of its help page']],
    [['--__proto__=x'], ['no flag --__proto__; the flags of its help page']],
    [['--json=no'], ['--json with a value; --json alone']],
    [['--model', 'a', '--model', 'b'], ['--model twice; one value']],
  ])('%j', (args, findings) => {
    expect(found(...args)).toEqual(findings);
  });

  test('all of it, not the first only', () => {
    expect(found('--json=1', '--frob', '--model')).toHaveLength(3);
  });
});
