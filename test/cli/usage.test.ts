/** Calls of the program: help, wrong usage, errors on standard error, exit codes. */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { verbHelp } from '../../server/src/cli/help';
import { verbs } from '../../server/src/cli/verbs';
import { errorsOf, executable, golgi, gpt2, root, sample } from '../helpers/golgi';
import { tempFolder } from '../helpers/tempFiles';

const temp = tempFolder();
const cache = join(temp.path, 'cache');
const program = golgi(cache);

/** The words of a command as a shell would part them; our examples use double quotes only. */
function words(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

describe('help', () => {
  test('without a verb it shows all of them, and that none was given', async () => {
    const { code, stdout } = await program.run();
    expect(code).toBe(2);
    for (const { name } of verbs) expect(stdout).toContain(`\n  ${name} `);
    expect((await program.run('--help')).code).toBe(0);
  });

  test('with a verb it shows what it takes, and an example', async () => {
    const { code, stdout } = await program.run('rank', '--help');
    const rank = verbs.find(({ name }) => name === 'rank');
    expect({ code, stdout }).toEqual({ code: 0, stdout: rank && verbHelp(rank) });
  });

  test.concurrent.each(verbs.map((verb) => [verb.name, verb] as const))('the example of %s works as it is printed', async (name, verb) => {
    const { example } = verb;
    expect(verbHelp(verb)).toContain(`\nExample\n  ${example}\n`);
    expect(words(example).slice(0, 2)).toEqual(['golgi', name]);
    // In a folder of its own, since examples write beside themselves; it holds the bundled files as the checkout does.
    const folder = join(temp.path, `example-${name}`);
    mkdirSync(folder);
    symlinkSync(join(root, 'media'), join(folder, 'media'), 'junction');
    const there = golgi(cache, { cwd: folder });
    if (name === 'merge') {
      for (const part of [1, 2]) {
        const args = ['--taps', 'hidden', '--layers', '0', '--shard', `${part}/2`, '--out', `part${part}`];
        expect(await there.run('extract', '--model', gpt2, '--corpus', sample, ...args)).toMatchObject({ code: 0 });
      }
    }
    const ended = await there.run(...words(example).slice(1));
    // What is written stands alone on standard output, and beside it how much it is.
    const beside: Readonly<Record<string, RegExp>> = { generate: /^\d+ tokens, .+\n$/ };
    expect(ended).toMatchObject({ code: 0, stderr: expect.stringMatching(beside[name] ?? /^$/) });
    expect(ended.stdout.trim()).not.toBe('');
  });
});

// What is refused without a worker's help is in test/unit/cli/refusals.test.ts.
describe('wrong usage ends with 2 and one line that says what is right', () => {
  test.concurrent.each([
    ['an unknown verb', ['frobnicate'], /^USAGE golgi frobnicate — no such verb; one of model, tokens/],
    ['a verb with a slip', ['rnak'], /no such verb; .*; perhaps golgi rank$/m],
    ['an unknown flag', ['rank', '--frobnicate'], /^USAGE golgi rank — no flag --frobnicate; the flags of its help page/],
    ['a concept that is none', ['rank', '--model', gpt2, '--corpus', sample, '--concept', 'upos'], /^CONCEPT_SYNTAX /],
    ['an unknown method', ['rank', '--model', gpt2, '--corpus', sample, '--concept', 'rule:digit', '--method', 'nope'], /^METHOD_UNKNOWN /],
    [
      'an unknown parameter',
      ['rank', '--model', gpt2, '--corpus', sample, '--concept', 'rule:digit', '--set', 'nope=1'],
      /^METHOD_PARAMETER /,
    ],
    ['a neuron that is none', ['neuron', 'L1.frob.1', '--model', gpt2, '--corpus', sample], /^NEURON_SYNTAX L1\.frob\.1 — /],
    ['a format there is not', ['concepts', '--corpus', sample, '--format', 'brat'], /^USAGE --format brat — no such format/],
  ] as const)('%s', async (_what, args, line) => {
    const { code, stdout, stderr } = await program.run(...args);
    expect(stderr).toMatch(line);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test('as one JSON object with --json, wherever the error arose', async () => {
    for (const args of [['frobnicate'], ['rank', '--frobnicate'], ['rank', '--model', gpt2, '--corpus', sample, '--concept', 'upos']]) {
      const ended = await program.run(...args, '--json');
      expect(ended).toMatchObject({ code: 2, stdout: '' });
      const [error] = errorsOf(ended);
      expect(error).toMatchObject({ code: expect.any(String), place: expect.any(Object), found: expect.any(String) });
      expect(error?.line).toContain(error?.remedy);
    }
  });
});

describe('bad input ends with 3', () => {
  test.concurrent.each([
    ['no such model', ['tokens', '--model', '/no/such/folder', '--text', 'x'], 'MODEL_FOLDER'],
    ['no such corpus', ['concepts', '--corpus', '/no/such/file'], 'CORPUS_FILE'],
    ['a range of layers beyond the last', ['extract', '--model', gpt2, '--corpus', sample, '--layers', '3-99'], 'MODEL_TAP'],
    ['a layer beyond the last', ['extract', '--model', gpt2, '--corpus', sample, '--layers', '9'], 'MODEL_TAP'],
    ['a tap that this model lacks', ['extract', '--model', gpt2, '--corpus', sample, '--taps', 'xattn'], 'MODEL_TAP'],
    ['an output that this model lacks', ['run-model', '--model', gpt2, '--text', 'x', '--fetch', 'L9.ffn', '--out', 'x'], 'MODEL_TAP'],
    ['a unit beyond the last', ['neuron', 'L1.ffn.512', '--model', gpt2, '--corpus', sample], 'NEURON_UNKNOWN'],
    ['a value that no word has', ['rank', '--model', gpt2, '--corpus', sample, '--concept', 'span=frob'], 'CONCEPT_UNKNOWN'],
    ['a pattern that cannot be read', ['rank', '--model', gpt2, '--corpus', sample, '--concept', 'regex:/(/'], 'CONCEPT_REGEX'],
    ['a matrix that is not there', ['rank', '--activations', '/no/x.npy', '--labels', '/no/y.npy'], 'MATRIX_FORMAT'],
  ] as const)('%s', async (_what, args, code) => {
    const there = golgi(cache, { cwd: temp.path });
    const ended = await there.run(...args, '--json');
    expect(ended).toMatchObject({ code: 3, stdout: '' });
    expect(errorsOf(ended)[0]?.code).toBe(code);
  });

  test('a model that lower-cases its text is not asked about case', async () => {
    const lower = join(root, 'test/fixtures/models/bert');
    const ended = await program.run('rank', '--model', lower, '--corpus', sample, '--concept', 'rule:capitalised', '--json');
    expect(ended).toMatchObject({ code: 3, stdout: '' });
    expect(errorsOf(ended)[0]?.code).toBe('CONCEPT_CASE');
  });
});

describe('the terminal', () => {
  test.skipIf(!existsSync('/dev/full'))('a full disk behind standard output is said, and is no defect of ours', () => {
    const full = openSync('/dev/full', 'w');
    const ended = spawnSync(process.execPath, [executable, 'methods'], { stdio: ['ignore', full, 'pipe'], encoding: 'utf8' });
    closeSync(full);
    expect(ended.status).toBe(3);
    expect(ended.stderr).toMatch(/^OUTPUT_FILE standard output — ENOSPC.*\n$/);
  });

  test('output that goes into a file has no colours, and standard error no progress', async () => {
    const { stdout, stderr } = await program.run('neuron', 'L1.hidden.3', '--model', gpt2, '--corpus', sample, '--concept', 'rule:digit');
    expect(stdout).not.toContain('\u001b');
    expect(stderr).toBe('');
  });

  test('--progress shows numbers and time left although standard error is no terminal', async () => {
    const fresh = golgi(join(temp.path, 'progress-cache'));
    // Work for seconds: how long the rest takes is not said of what is over in half a second.
    const { stderr } = await fresh.run('extract', '--model', gpt2, '--corpus', sample, '--taps', 'hidden,ffn,preact,attn', '--progress');
    expect(stderr).toMatch(/extracting {2}█*·* {2}[\d,]+ of 32,469 words/);
    expect(stderr).toMatch(/ left/);
  });

  test('--cache moves the cache', async () => {
    const elsewhere = join(temp.path, 'elsewhere');
    await program.run('extract', '--model', gpt2, '--corpus', sample, '--taps', 'hidden', '--layers', '0', '--cache', elsewhere);
    expect(readdirSync(elsewhere)).toContain('activations');
  });
});
