/** The `golgi` command: finds the verb, runs it, turns errors into one line and an exit code. */
import { near } from '../corpus/concepts/near';
import { CancelledError, InputError, errorCodes, problemLine, shown } from '../protocol/errors';
import { providers } from '../protocol/providers';
import { runWithWorker } from './outside';
import { commonFlags, oneOf } from './flags';
import { overview, verbHelp } from './help';
import { isGiven, readFlags } from './readFlags';
import { verbs } from './verbs';

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const asked = verbs.find((verb) => verb.name === rest[0]);
    process.stdout.write(asked ? verbHelp(asked) : overview(verbs));
    return name === undefined ? 2 : 0;
  }
  const wantsJson = isGiven('json', rest);
  try {
    const verb = verbs.find((candidate) => candidate.name === name);
    if (!verb) {
      throw new InputError(
        'USAGE',
        { flag: `golgi ${name}` },
        {
          found: 'no such verb',
          expected: `one of ${verbs.map((known) => known.name).join(', ')}`,
          remedy: meantVerb(name) ?? 'see golgi --help',
        },
      );
    }
    if (isGiven('help', rest)) {
      process.stdout.write(verbHelp(verb));
      return 0;
    }
    const call = readFlags(verb.name, { ...commonFlags, ...verb.flags }, rest, verb.positionals !== undefined);
    if (call.values.help) {
      process.stdout.write(verbHelp(verb));
      return 0;
    }
    const showProgress = Boolean(process.stderr.isTTY || call.values.progress);
    const provider = oneOf(verb.name, 'provider', call.values.provider, providers, 'cpu');
    return (await runWithWorker({ showProgress, provider }, (outside) => verb.run({ ...call, outside }))) ?? 0;
  } catch (error) {
    return report(error, wantsJson);
  }
}

/** The verbs that somebody may have meant by a name that is none. */
function meantVerb(name: string): string | undefined {
  const meant = near(
    name,
    verbs.map((verb) => verb.name),
  );
  return meant.length > 0 ? `perhaps golgi ${meant.join(' or golgi ')}` : undefined;
}

/** Says what went wrong, on standard error, and gives the exit code that goes with it. */
function report(error: unknown, wantsJson: boolean): number {
  if (error instanceof InputError) {
    const text = wantsJson
      ? JSON.stringify({ errors: error.problems.map((problem) => ({ ...problem, line: problemLine(problem) })) })
      : error.problems.map(problemLine).join('\n');
    process.stderr.write(`${text}\n`);
    return errorCodes[error.code];
  }
  if (error instanceof CancelledError) {
    process.stderr.write(
      wantsJson ? `${JSON.stringify({ errors: [{ code: 'CANCELLED', found: error.message }] })}\n` : `CANCELLED — ${error.message}\n`,
    );
    return errorCodes.CANCELLED;
  }
  const message = error instanceof Error ? shown(error.message) : shown(String(error));
  if (wantsJson) {
    process.stderr.write(`${JSON.stringify({ errors: [{ code: 'DEFECT', found: message }] })}\n`);
  } else {
    process.stderr.write(
      `DEFECT — ${message}; this is a mistake of the program, not of your input; please report it with the lines below\n`,
    );
    if (error instanceof Error && error.stack) process.stderr.write(`${error.stack}\n`);
  }
  return errorCodes.DEFECT;
}

// A reader that closes early (`golgi concepts | head`) is no failure; a full disk behind `> file` is one.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  const what = { found: error.message, expected: 'a place that can be written', remedy: 'free space, or send it elsewhere' };
  process.exit(report(new InputError('OUTPUT_FILE', { file: 'standard output' }, what), isGiven('json', process.argv.slice(2))));
});

void main(process.argv.slice(2)).then((code) => (process.exitCode = code));
