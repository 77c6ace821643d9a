import { fileURLToPath } from 'node:url';
import { Tokenizer } from 'tokenizers';
import { describe, expect, test } from 'vitest';
import { openTokenizer } from '../../../server/src/corpus/tokenizer/open';

const folderOf = (name: string) => fileURLToPath(new URL(`../../fixtures/tokenizers/${name}`, import.meta.url));
const texts = ['She doesn’t know.', "It's 3 o'clock , isn't it ?", 'naïve café 漢字 👩‍🔬 \t two  spaces', ' leading', ''];

describe('tokens become text as the tokenizers library writes it', () => {
  test.each(['bert', 'gpt2', 'llama', 'roberta', 't5'])('%s', async (name) => {
    const own = openTokenizer(folderOf(name));
    const oracle = Tokenizer.fromFile(`${folderOf(name)}/tokenizer.json`);
    for (const text of texts) {
      const ids = [...own.encode(text).ids];
      // Also from any token on, and up to any: what a model writes begins and ends within a text.
      for (let cut = 0; cut <= ids.length; cut++) {
        for (const part of [ids.slice(0, cut), ids.slice(cut)]) expect(own.decode(part)).toBe(await oracle.decode(part, true));
      }
    }
  });
});
