/** The arguments of a verb, read by its table of flags. */
import { near } from '../corpus/concepts/near';
import { problem, refuseAll, shown } from '../protocol/errors';
import type { Problem } from '../protocol/errors';
import type { Flags, Parsed } from './flags';

/**
 * Reads a verb's arguments: `--name value`, `--name=value`, and words that are no flags where the verb takes some. A value may
 * begin with a dash (`--columns -1`, `--text "- item"`) unless it is the name of a flag, which `--text=--json` says is meant.
 * Behind `--` nothing is a flag. Throws USAGE for everything that is wrong, not the first only.
 */
export function readFlags<F extends Flags>(
  verb: string,
  flags: F,
  args: readonly string[],
  allowPositionals: boolean,
): { values: Parsed<F>; positionals: readonly string[] } {
  const given = new Map<string, (string | true)[]>();
  const positionals: string[] = [];
  const findings: Problem[] = [];
  const refuse = (found: string, expected: string): void => {
    findings.push(problem('USAGE', { flag: `golgi ${verb}` }, { found, expected, remedy: `see golgi ${verb} --help` }));
  };

  for (let i = 0; i < args.length; i++) {
    const argument = args[i] ?? '';
    if (argument === '--') {
      positionals.push(...args.slice(i + 1));
      break;
    }
    if (!/^-./.test(argument)) {
      positionals.push(argument);
      continue;
    }
    const name = flagName(argument) ?? '';
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
    const bound = argument.includes('=') ? argument.slice(argument.indexOf('=') + 1) : undefined;
    if (!flag) {
      refuse(`no flag ${shown(argument.split('=')[0] ?? '', 60)}`, expectedFlag(name, flags));
      // The word behind it was meant for it, and is no second mistake.
      if (bound === undefined && /^[^-]/.test(args[i + 1] ?? '')) i += 1;
      continue;
    }
    const values = given.get(name) ?? [];
    given.set(name, values);
    if (flag.type === 'boolean') {
      if (bound !== undefined) refuse(`--${name} with a value`, `--${name} alone`);
      values.push(true);
      continue;
    }
    const next = args[i + 1];
    const value = bound ?? (isFlagOf(flags, next) ? undefined : next);
    if (bound === undefined && value !== undefined) i += 1;
    if (value === undefined) refuse(`--${name} without a value`, `--${name} ${flag.value ?? 'VALUE'}`);
    else if (values.length > 0 && !flag.multiple) refuse(`--${name} twice`, 'one value');
    values.push(value ?? '');
  }
  const stray = allowPositionals ? undefined : positionals[0];
  if (stray !== undefined) refuse(`"${shown(stray, 60)}" behind no flag`, 'flags only; texts with blanks need quotes');
  refuseAll(findings);

  const complete = Object.entries(flags).map(([name, { type, multiple }]) => {
    const values = given.get(name) ?? [];
    return [name, multiple ? values : (values[0] ?? (type === 'boolean' ? false : undefined))];
  });
  return { values: Object.fromEntries(complete) as Parsed<F>, positionals };
}

/** Whether a flag without a value stands among arguments, for what must be known before they are read as a whole. */
export function isGiven(name: string, args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end < 0 ? args : args.slice(0, end)).includes(`--${name}`);
}

/** `corpus` of `--corpus` and `--corpus=x`, `help` of `-h`; undefined for what is no flag. */
function flagName(argument: string): string | undefined {
  return argument === '-h' ? 'help' : /^--([^=]+)/.exec(argument)?.[1];
}

function isFlagOf(flags: Flags, argument: string | undefined): boolean {
  const name = flagName(argument ?? '');
  return name !== undefined && argument !== '-h' && Object.hasOwn(flags, name);
}

function expectedFlag(name: string, flags: Flags): string {
  const meant = near(name, Object.keys(flags));
  return meant.length > 0 ? `perhaps ${meant.map((one) => `--${one}`).join(' or ')}` : 'the flags of its help page';
}
