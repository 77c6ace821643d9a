import { describe, expect, test } from 'vitest';
import { tapChoices, tapChoicesText } from '../../../server/src/cli/tapChoices';
import { findingsOf } from '../../helpers/findings';
import { tempFolder } from '../../helpers/tempFiles';

const folder = tempFolder();

describe('--tap', () => {
  test('takes a pair, whose tensor may hold an equals sign', () => {
    expect(tapChoices('model', 'L3.ffn=/h.2/act=1')).toEqual([{ tap: 'L3.ffn', tensor: '/h.2/act=1' }]);
  });

  test('takes a file of pairs as it was written', () => {
    const choices = [
      { tap: 'L1.ffn', tensor: 'a' },
      { tap: 'dec.L2.hidden', tensor: '__proto__' },
    ];
    expect(tapChoices('model', folder.write('taps.json', tapChoicesText(choices)))).toEqual(choices);
  });

  test('says what is wrong with anything else', () => {
    expect(findingsOf(() => tapChoices('rank', 'L3.ffn'))[0]?.code).toBe('USAGE');
    expect(findingsOf(() => tapChoices('rank', folder.write('a.json', '[1]')))[0]).toMatchObject({
      code: 'MODEL_TAP',
      found: 'JSON that is no object',
    });
    expect(findingsOf(() => tapChoices('rank', folder.write('b.json', '{"L1.ffn": 3}')))[0]?.found).toBe(
      'no name of a tensor for "L1.ffn"',
    );
    expect(findingsOf(() => tapChoices('rank', folder.path + '/none.json'))[0]?.found).toBe('no file that can be read (ENOENT)');
  });

  test('says where a file stops being JSON', () => {
    const file = folder.write('c.json', '{\n  "L1.ffn": "a",\n  L2.ffn: "b"\n}');
    expect(findingsOf(() => tapChoices('rank', file))[0]).toMatchObject({
      code: 'MODEL_TAP',
      place: { file, line: 3, column: 3 },
      found: '"L2.ffn: "b""',
      remedy: 'check its quotes, commas and end',
    });
  });
});
