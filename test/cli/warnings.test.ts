/** What a person is told beside results: doubts about model and corpus, and everything that is wrong with a question at once. */
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorsOf, golgi, gpt2, sample } from '../helpers/golgi';
import type { RankingDocument, RankingDocuments } from '../helpers/golgi';
import { tempFolder } from '../helpers/tempFiles';

const temp = tempFolder();
const program = golgi(join(temp.path, 'cache'));
const quick = ['--taps', 'hidden', '--layers', '1', '--null', '0', '--intervals', '0', '--top', '1'];

/** The bundled model with a config.json of another one. */
function mixedUp(): string {
  const folder = join(temp.path, 'mixed-up');
  cpSync(gpt2, folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), '{"model_type":"gpt2","n_layer":12,"n_embd":768}');
  return folder;
}

describe('warnings', () => {
  test('a config of another model is said by every verb that opens the model', async () => {
    const model = mixedUp();
    const ranked = await program.run('rank', '--model', model, '--corpus', sample, '--concept', 'rule:digit', ...quick);
    expect(ranked).toMatchObject({ code: 0 });
    expect(ranked.stdout).toContain('warning: CONFIG_MISMATCH');
    const tokens = await program.run('tokens', '--model', model, '--text', 'She knows.');
    expect(tokens).toMatchObject({ code: 0, stderr: expect.stringContaining('config.json says layers 12; 4') });
    const out = join(temp.path, 'outputs');
    const run = await program.run('run-model', '--model', model, '--text', 'She knows.', '--fetch', 'L1.ffn', '--out', out);
    expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining('CONFIG_MISMATCH') });
    const portrait = await program.run('neuron', 'L1.hidden.0', '--model', model, '--corpus', sample, '--concept', 'rule:digit');
    expect(portrait).toMatchObject({ code: 0, stderr: expect.stringContaining('CONFIG_MISMATCH') });
  });

  test('lines left out by --skip-invalid are named in the result that was made without them', async () => {
    const corpus = join(temp.path, 'broken.jsonl');
    writeFileSync(corpus, '{"text":"She has 3 dogs."}\n{"text":7}\n{"text":"He has 2 cats."}\n');
    const asked = ['--model', gpt2, '--corpus', corpus, '--skip-invalid', '--concept', 'rule:digit', ...quick];
    const { provenance } = await program.json<RankingDocument>('rank', ...asked);
    expect(provenance['notes']).toContainEqual(expect.stringMatching(/^warning: CORPUS_JSON .*broken\.jsonl:2/));
    const written = await program.run('rank', ...asked, '--out', join(temp.path, 'ranking.csv'));
    expect(written).toMatchObject({ code: 0, stderr: expect.stringContaining('broken.jsonl:2') });
  });

  test('a text in a script that the tokenizer does not know is said', async () => {
    const corpus = join(temp.path, 'foreign.txt');
    const bert = join(gpt2, '..', 'demo-bert');
    writeFileSync(corpus, '𓀀 𓀁 𓀂 𓀃 𓀄 𓀅 𓀆 𓀇 𓀈 𓀉 𓀊 𓀋\n'.repeat(3));
    const { stdout } = await program.run('rank', '--model', bert, '--corpus', corpus, '--concept', 'rule:first', ...quick);
    expect(stdout).toContain('are the same token to this model, "[UNK]"');
  });
});

describe('questions', () => {
  test('everything that is wrong with the concepts is said at once', async () => {
    const wrong = ['regex:/(/', 'nonsense', 'rule:foo'].flatMap((concept) => ['--concept', concept]);
    const ended = await program.run('rank', '--model', gpt2, '--corpus', sample, ...wrong, '--json');
    expect(errorsOf(ended).map(({ code }) => code)).toEqual(['CONCEPT_REGEX', 'CONCEPT_SYNTAX', 'CONCEPT_UNKNOWN']);
    const methods = await program.run(
      'rank',
      '--model',
      gpt2,
      '--corpus',
      sample,
      '--concept',
      'rule:digit',
      '--method',
      'no,nor',
      '--json',
    );
    expect(errorsOf(methods).map(({ found }) => found)).toEqual([expect.stringContaining('"no"'), expect.stringContaining('"nor"')]);
  });

  test('a concept that the corpus does not have is refused before the model runs for it', async () => {
    const cache = join(temp.path, 'untouched');
    const fresh = golgi(cache);
    const unknown = ['--concept', 'wink.upos=NONE', '--concept', 'nothing=X'];
    const ended = await fresh.run('rank', '--model', gpt2, '--corpus', sample, ...unknown, '--json');
    expect(ended.code).toBe(3);
    expect(errorsOf(ended).map(({ code }) => code)).toEqual(['CONCEPT_UNKNOWN', 'CONCEPT_UNKNOWN']);
    expect(existsSync(cache)).toBe(false);
  });

  test('a method or concept asked for twice is answered once', async () => {
    const twice = ['--concept', 'rule:digit', '--concept', 'rule:digit', '--method', 'ap,ap'];
    const { concept } = await program.json<RankingDocument>('rank', '--model', gpt2, '--corpus', sample, ...twice, ...quick);
    expect(concept).toBe('rule:digit');
  });

  test('a value means the same whether it is asked for by name or among all values', async () => {
    const corpus = join(temp.path, 'spans.jsonl');
    const line = { text: 'Mary met John in Paris.', spans: [[0, 4, 'PER'], [9, 13, 'PER'], [17, 22, 'LOC']] }; // prettier-ignore
    const spans = line.spans.map(([start, end, label]) => ({ start, end, label }));
    writeFileSync(corpus, `${JSON.stringify({ text: line.text, spans })}\n`);
    const of = async (concept: string): Promise<RankingDocument[]> => {
      const asked = ['--model', gpt2, '--corpus', corpus, '--concept', concept, ...quick];
      const answer = await program.json<RankingDocument | RankingDocuments>('rank', ...asked);
      return 'results' in answer ? [...answer.results] : [answer];
    };
    const all = await of('span=*');
    for (const concept of ['span=PER', 'span=LOC']) {
      const [alone] = await of(concept);
      const { support, against, neurons } = all.find((ranking) => ranking.concept === concept) ?? expect.fail(concept);
      expect({ support, against, neurons }).toEqual({ support: alone?.support, against: alone?.against, neurons: alone?.neurons });
    }
  });

  test('where no word carries a concept, the reason is a sentence', async () => {
    const asked = ['--model', gpt2, '--corpus', sample, '--concept', 'word:"zzz"', ...quick];
    expect((await program.run('rank', ...asked)).stdout).toContain('no row, or every row, carries the concept (128 neurons)');
  });

  test('rules and word lists say that --against attribute does not change them', async () => {
    const asked = ['--model', gpt2, '--corpus', sample, '--concept', 'rule:digit', '--against', 'attribute', ...quick];
    const { stdout } = await program.run('rank', ...asked);
    expect(stdout).toContain('rest on no attribute: rule:digit');
    expect(stdout).not.toContain('negatives are only words');
  });
});

describe('folders that cannot be written', () => {
  test.each(['extract', 'merge', 'run-model'])('%s says so and calls it no defect of ours', async (verb) => {
    const inTheWay = temp.write('in-the-way', '');
    const asked = {
      extract: ['--model', gpt2, '--corpus', sample],
      merge: [temp.path],
      'run-model': ['--model', gpt2, '--text', 'She knows.'],
    }[verb];
    const ended = await program.run(verb, ...(asked ?? []), '--out', join(inTheWay, 'below'), '--json');
    expect(ended.code).toBe(3);
    expect(errorsOf(ended)).toMatchObject([{ code: 'OUTPUT_FILE', place: { file: join(inTheWay, 'below') } }]);
  });
});
