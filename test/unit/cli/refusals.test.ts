/** Calls that contradict themselves, lack something or have something too much: refused before any work, each by one sentence. */
import { describe, expect, test } from 'vitest';
import { commonFlags } from '../../../server/src/cli/flags';
import { readFlags } from '../../../server/src/cli/readFlags';
import { verbs } from '../../../server/src/cli/verbs';
import { problemLine } from '../../../server/src/protocol/errors';
import { findingsOfAsync } from '../../helpers/findings';
import { tempFolder } from '../../helpers/tempFiles';

const temp = tempFolder();
const file = temp.write('texts', 'a text\n');
const ids = temp.write('ids.json', '[[1, 2]]');
const model = ['--model', 'folder'];
const corpus = [...model, '--corpus', 'file'];

/** Lines of what is wrong with a call; fails when it asks the worker for anything. */
async function refusal(name: string, args: readonly string[]): Promise<string[]> {
  const verb = verbs.find((each) => each.name === name);
  if (!verb) throw new Error(`no verb ${name}`);
  const nothing = (): never => {
    throw new Error('the call was not refused');
  };
  const outside = { out: nothing, error: nothing, colour: false, width: 80, showProgress: false, runJob: nothing };
  const problems = await findingsOfAsync(async () => {
    const call = readFlags(verb.name, { ...commonFlags, ...verb.flags }, args, verb.positionals !== undefined);
    await verb.run({ ...call, outside });
  });
  return problems.map(problemLine);
}

describe('a flag', () => {
  test.each([
    ['with a slip', 'concepts', ['--corups', file], /no flag --corups; perhaps --corpus;/],
    ['that every object has', 'concepts', ['--constructor', file], /no flag --constructor;/],
    ['whose value is the next flag', 'tokens', ['--model', '--text', 'x'], /^USAGE golgi tokens — --model without a value; --model DIR;/],
    ['whose value is --progress', 'concepts', ['--corpus', '--progress'], /--corpus without a value; --corpus FILE;/],
    ['given twice', 'model', [...model, ...model], /--model twice; one value;/],
    ['that is a switch, with a value', 'doctor', ['--progress=yes'], /--progress with a value; --progress alone;/],
    ['without its value', 'tokens', ['--model'], /^USAGE golgi tokens — --model without a value;/],
    ['that is missing', 'model', [], /^USAGE golgi model — --model is missing/],
    ['that is none', 'model', [...model, 'stray'], /^USAGE golgi model — "stray" behind no flag/],
    ['that is missing for a ranking', 'rank', corpus, /^USAGE --concept — no concept/],
    ['without its second half', 'rank', [...corpus, '--concept', 'rule:digit', '--set', 'nope'], /^USAGE /],
    ['with a shard beyond the last', 'extract', [...corpus, '--shard', '3/2'], /^USAGE golgi extract — --shard 3\/2; i\/n/],
    ['with a type of numbers there is not', 'extract', [...corpus, '--dtype', 'f8'], /one of f16, f32/],
    ['with a tap there is not', 'extract', [...corpus, '--taps', 'logits'], /taps among hidden, ffn, preact/],
    ['with a count that is none', 'rank', ['--activations', 'x', '--labels', 'y', '--null', '-3'], /--null -3; a whole number from 0/],
    ['that needs another', 'rank', ['--activations', 'x.npy'], /--activations without --labels/],
    ['whose choices nobody made', 'model', [...model, '--out', 'x.json'], /^USAGE golgi model — --out without --tap;/],
  ] as const)('%s', async (_what, verb, args, line) => {
    expect(await refusal(verb, args)).toEqual([expect.stringMatching(line)]);
  });
});

describe('a flag that would change nothing', () => {
  const matrix = ['--activations', 'x.npy', '--labels', 'y.npy'];
  const concept = ['--concept', 'rule:digit'];
  test.each([
    ['rank', [...corpus, ...concept, '--rows', '0-3'], '--rows without --activations'],
    ['rank', [...corpus, ...concept, '--groups', 'g.npy'], '--groups without --activations'],
    ['rank', [...matrix, '--against', 'attribute'], '--against without --corpus'],
    ['rank', [...matrix, '--control'], '--control with --activations'],
    ['probe', [...corpus, ...concept, '--rows', '0-3'], '--rows without --activations'],
    ['tokens', [...model, '--texts', file, '--text', 'x'], '--text with --texts'],
    ['generate', [...model, '--ids', ids, '--prompt', 'x'], '--prompt with --ids'],
    ['run-model', [...model, '--ids', ids, '--texts', file, '--fetch', 'logits', '--out', 'o'], '--texts with --ids'],
    ['gradient', [...model, '--ids', ids, '--text', 'x', '--at', '1', '--of', 'prob', '--out', 'o.npy'], '--text with --ids'],
    ['omission', [...model, '--text', 'x', '--limit', '5'], '--limit without --corpus'],
    ['omission', [...corpus, '--text', 'x'], '--text with --corpus'],
    ['contexts', ['L1.ffn.3', ...corpus, '--taps', 'ffn'], '--taps beside neurons'],
    ['explain', ['L1.ffn.3', ...corpus, '--atoms', 'a.npy'], '--atoms without --activations'],
    ['explain', ['--activations', 'x.npy'], '--activations without atoms'],
    ['explain', ['--activations', 'x.npy', '--labels', 'y.txt', '--concept', 'upos=NOUN'], '--concept without --corpus'],
  ] as const)('golgi %s %j is refused, and named', async (verb, args, found) => {
    const [line, ...more] = await refusal(verb, args);
    expect(line).toMatch(new RegExp(`^USAGE golgi ${verb} — ${found}`));
    expect(more).toEqual([]);
  });
});
