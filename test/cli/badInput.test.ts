/** Broken corpora and model folders, handed to the program one after the other: every finding in its place, exit code 3, and no harm. */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { contents } from '../helpers/folders';
import { errorsOf, golgi, gpt2, root, sample } from '../helpers/golgi';
import type { Ended } from '../helpers/golgi';
import { hasShared, shared } from '../helpers/shared';
import { tempFolder } from '../helpers/tempFiles';

const temp = tempFolder();
const program = golgi(join(temp.path, 'cache'));

/** Findings as `CODE file:line:column`, as far as the place is known. */
function findings(ended: Ended): string[] {
  return errorsOf(ended).map(({ code, place: { file, line, column } }) => [`${code} ${basename(file ?? '')}`, line, column].filter((part) => part !== undefined).join(':')); // prettier-ignore
}

describe('corpora', () => {
  const folder = join(root, 'test/fixtures/bad-corpora');
  const refused: Readonly<Record<string, readonly string[]>> = {
    'archive.conllu': ['TEXT_BINARY'],
    'bad-utf8.txt': ['TEXT_ENCODING:1:10', 'TEXT_ENCODING:2:11', 'TEXT_ENCODING:3:6', 'TEXT_ENCODING:4:5'],
    'bio-columns.conll': ['CORPUS_COLUMNS:4', 'CORPUS_COLUMNS:5', 'CORPUS_COLUMNS:6'],
    'bio-invalid.conll': ['BIO_TAG:8', 'BIO_TAG:10'],
    'brat.ann': ['CORPUS_FORMAT'],
    'broken.jsonl': ['CORPUS_JSON:2:21', 'CORPUS_JSON:3', 'CORPUS_JSON:4', 'CORPUS_JSON:6', 'CORPUS_SPAN:7', 'LABEL_COUNT:8', 'CORPUS_JSON:9:19'], // prettier-ignore
    'columns-9.conllu': ['CORPUS_COLUMNS:14'],
    'columns-spaces.conllu': ['CORPUS_COLUMNS:4'],
    'count.word': ['LABEL_COUNT count.label:2'],
    'cr-only.conllu': ['TEXT_SEPARATORS:1'],
    'cut.conllu': ['CORPUS_CUT:13'],
    'empty.conllu': ['CORPUS_EMPTY'],
    'empty.txt': ['CORPUS_EMPTY'],
    'ids-jump.conllu': ['CORPUS_IDS:8'],
    'latin1.txt': ['TEXT_ENCODING:1:8', 'TEXT_ENCODING:2:5', 'TEXT_ENCODING:2:10', 'TEXT_ENCODING:2:14'],
    'lfs-pointer.conllu': ['CORPUS_FILE'],
    'lines.word': ['LABEL_LINES:3'],
    'long-line.txt': ['LINE_TOO_LONG:1'],
    'long-word.txt': ['LINE_TOO_LONG:2:1'],
    'nul.txt': ['TEXT_BINARY:2:3', 'TEXT_BINARY:3:1'],
    'only-blanks.txt': ['CORPUS_EMPTY'],
    'only-newlines.txt': ['CORPUS_EMPTY'],
    'png.txt': ['TEXT_BINARY'],
    'ragged.csv': ['CORPUS_COLUMNS:3', 'CORPUS_COLUMNS:4', 'CORPUS_QUOTE:7:1'],
    'range-overlap.conllu': ['CORPUS_RANGE:6'],
    'separators.word': ['LABEL_COUNT separators.label:3'],
    'shifted.word': ['LABEL_COUNT shifted.label:2', 'LABEL_COUNT shifted.label:3'],
    'utf16be.txt': ['TEXT_ENCODING'],
    'utf16le-bom.txt': ['TEXT_ENCODING'],
  };
  const files = readdirSync(folder).filter((name) => !/README|\.label$|^\./.test(name));

  test.concurrent.each(files)('%s', async (name) => {
    const labels = name.endsWith('.word') ? ['--labels', join(folder, name.replace(/word$/, 'label'))] : [];
    const ended = await program.run('concepts', '--corpus', join(folder, name), ...labels, '--json');
    const expected = refused[name];
    if (!expected) {
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      expect(() => void JSON.parse(ended.stdout)).not.toThrow();
      return;
    }
    expect(ended).toMatchObject({ code: 3, stdout: '' });
    // Without a file of its own, a finding is in the file that was named.
    expect(findings(ended)).toEqual(
      expected.map((finding) => (finding.includes(' ') ? finding : finding.replace(/^([A-Z_]+)/, `$1 ${name}`))),
    );
  });

  test('nothing of a hostile text reaches the terminal as it is', async () => {
    for (const name of ['ansi.txt', 'nul.txt', 'unicode.txt', 'line-ends.txt']) {
      const { stdout, stderr } = await program.run('concepts', '--corpus', join(folder, name));
      expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u);
    }
  });
});

describe.skipIf(!hasShared)('model folders', () => {
  const folder = (name: string): string => shared(`fixtures/bad/${name}`);

  test.concurrent.each([
    ['absolute-external-data', 'MODEL_EXTDATA_ESCAPE model.onnx'],
    ['cnn', 'MODEL_NOT_TRANSFORMER model.onnx'],
    ['custom-op', 'MODEL_OP model.onnx'],
    ['cycle', 'MODEL_GRAPH model.onnx'],
    ['empty-file', 'MODEL_EMPTY model.onnx'],
    ['escaping-external-data', 'MODEL_EXTDATA_ESCAPE model.onnx'],
    ['future-opset', 'MODEL_VERSION model.onnx'],
    ['git-lfs-pointer', 'MODEL_LFS_POINTER model.onnx'],
    ['huge-dims', 'MODEL_TENSOR model.onnx'],
    ['missing-external-data', 'MODEL_EXTDATA_MISSING model.onnx'],
    ['missing-input', 'MODEL_GRAPH model.onnx'],
    ['no-onnx', 'MODEL_NO_ONNX no-onnx'],
    ['not-protobuf', 'MODEL_NOT_ONNX model.onnx'],
    ['short-external-data', 'MODEL_EXTDATA_RANGE model.onnx'],
    ['truncated', 'MODEL_TRUNCATED model.onnx'],
  ])('%s is refused', async (name, finding) => {
    const ended = await program.run('model', '--model', folder(name), '--json');
    expect(ended).toMatchObject({ code: 3, stdout: '' });
    expect(findings(ended)).toEqual([finding]);
  });

  test('what is refused once is refused by every verb', async () => {
    for (const call of [
      ['tokens', '--text', 'x'],
      ['extract', '--corpus', sample],
      ['rank', '--corpus', sample, '--concept', 'rule:digit'],
    ]) {
      const ended = await program.run(...call, '--model', folder('escaping-external-data'), '--json');
      expect(ended).toMatchObject({ code: 3, stdout: '' });
      expect(findings(ended)).toEqual(['MODEL_EXTDATA_ESCAPE model.onnx']);
    }
  });

  test.concurrent.each([
    ['broken-config', 'CONFIG_JSON'],
    ['config-mismatch', 'CONFIG_MISMATCH'],
    ['no-config', 'CONFIG_MISSING'],
    ['no-tokenizer', 'TOKENIZER_MISSING'],
    ['wrong-tokenizer', 'MODEL_TOKENIZER_MISMATCH'],
  ])('%s opens with what the graph has, and a warning', async (name, code) => {
    const card = await program.json<{ layers: number; ffn: number; warnings: { code: string }[] }>('model', '--model', folder(name));
    expect(card).toMatchObject({ layers: 1, ffn: 16 });
    expect(card.warnings.map((warning) => warning.code)).toContain(code);
  });

  test('without a tokenizer no text is analysed; a token beyond the embedding is named', async () => {
    const none = await program.run('extract', '--model', folder('no-tokenizer'), '--corpus', sample, '--json');
    expect(none.code).toBe(3);
    expect(findings(none)).toEqual(['TOKENIZER_MISSING tokenizer.json']);
    const beyond = await program.run('extract', '--model', folder('wrong-tokenizer'), '--corpus', sample, '--json');
    expect(beyond.code).toBe(3);
    expect(errorsOf(beyond)[0]).toMatchObject({ code: 'MODEL_TOKEN', found: expect.stringMatching(/2[2-8]\d/) });
  });

  test('weights that are no numbers are said by the first run, with layer and tap, and nothing is ranked', async () => {
    const about = ['--model', folder('nan-weights'), '--corpus', sample, '--json'];
    const ended = await program.run('rank', ...about, '--concept', 'rule:digit', '--null', '0', '--intervals', '0');
    expect(ended).toMatchObject({ code: 3, stdout: '' });
    expect(errorsOf(ended)[0]?.code).toBe('ACT_NONFINITE');
    expect(errorsOf(ended)[0]?.line).toContain('L1.hidden');
    const checked = await program.run('model', '--model', folder('nan-weights'), '--check', '--json');
    expect(checked.code).toBe(1);
    expect(JSON.parse(checked.stdout)).toMatchObject({ checks: { finite: false } });
  });

  test('none of this wrote into the folders', () => {
    const manifest = JSON.parse(readFileSync(shared('fixtures/bad/manifest.json'), 'utf8')) as Record<string, unknown>;
    expect(readdirSync(shared('fixtures/bad')).sort()).toEqual(
      [...Object.keys(manifest), 'README.md', 'manifest.json', 'outside.bin'].sort(),
    );
  });
});

test('after all of this a good run works', async () => {
  const out = join(temp.path, 'out');
  expect((await program.run('extract', '--model', gpt2, '--corpus', sample, '--taps', 'hidden', '--layers', '0', '--out', out)).code).toBe(
    0,
  );
  expect(Object.keys(contents(out))).toContain('L0.hidden.npy');
});
