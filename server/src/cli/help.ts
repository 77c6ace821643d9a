/** Help pages, derived from the table of verbs. */
import { commonFlags } from './flags';
import type { Flag } from './flags';
import { table } from './present/table';
import type { Verb } from './verb';

/** The first page: every verb in one line. */
export function overview(verbs: readonly Verb[]): string {
  const rows = verbs.map((verb) => [`  ${verb.name}`, verb.summary]);
  return [
    'golgi — study language models neuron by neuron',
    '',
    'golgi <verb> [flags]; golgi <verb> --help for one verb',
    '',
    table(rows),
    '',
    'Neurons are named L<layer>.<tap>.<unit>, such as L3.ffn.412; concepts attribute=value, such as upos=NOUN.',
    '',
  ].join('\n');
}

/** One verb: what it does, how it is called, its flags, an example. */
export function verbHelp(verb: Verb): string {
  const line = ([name, flag]: readonly [string, Flag]): string[] => [
    `  --${name}${flag.type === 'string' ? ` ${flag.value ?? 'VALUE'}` : ''}${flag.multiple ? ' …' : ''}`,
    flag.help,
  ];
  return [
    `golgi ${verb.name}${verb.positionals ? ` ${verb.positionals}` : ''} [flags]`,
    '',
    verb.summary,
    '',
    table([...Object.entries(verb.flags), ...Object.entries(commonFlags)].map(line)),
    '',
    'Example',
    `  ${verb.example}`,
    '',
  ].join('\n');
}
