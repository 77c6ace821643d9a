import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../server/src/protocol/errors';
import { parseResult, resultJsonSchema, resultText } from '../../../server/src/study/resultFile';
import { media } from '../../helpers/media';
import { sampleResult } from '../../helpers/sampleResult';

const text = resultText(sampleResult);

function finding(content: string): InputError['problems'][number] {
  try {
    parseResult(content, 'x.golgi-result.json');
  } catch (error) {
    if (error instanceof InputError) return error.problems[0];
    throw error;
  }
  throw new Error('the file was accepted');
}

describe('a result file', () => {
  test('comes back as it was written', () => {
    expect(parseResult(text, 'x')).toEqual(sampleResult);
  });

  test('keeps every ranking bit for bit through JSON', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 4, maxLength: 4 }), (score) => {
        const [first, ...others] = sampleResult.rankings;
        const result = { ...sampleResult, rankings: first ? [{ ...first, score }, ...others] : [] };
        const read = parseResult(resultText(result), 'x').rankings[0]?.score ?? [];
        // JSON has no negative zero; the score is the same number.
        return score.every((value, i) => value === read[i]);
      }),
    );
  });

  test('cut in half says that it is no whole file', () => {
    expect(finding(text.slice(0, text.length / 2))).toMatchObject({ code: 'RESULT_FILE', expected: 'a whole result file' });
  });

  test('of another version names both versions', () => {
    expect(finding(text.replace('golgi-result/1', 'golgi-result/9'))).toMatchObject({
      found: 'schema golgi-result/9',
      expected: 'golgi-result/1',
    });
  });

  test('that was changed by hand names the place', () => {
    expect(finding(text.replace('"rounds":200', '"rounds":-1')).found).toMatch(/^rankings\.\d+\.null/);
  });

  test('whose columns have another length than its neurons is refused', () => {
    expect(finding(text.replace('"L2.ffn.8"]', '"L2.ffn.8","L9.ffn.1"]')).found).toContain('another length than the 5 neurons');
  });

  test('has a schema beside the product that says the same', () => {
    expect(JSON.parse(readFileSync(media('schemas/golgi-result.schema.json'), 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(resultJsonSchema())),
    );
  });
});
