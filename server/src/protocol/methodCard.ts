/** The card of a method: what a person must know before trusting its numbers. Derived from its descriptor, shown everywhere alike. */

/** One parameter, as a form asks for it. */
export interface ParameterCard {
  readonly name: string;
  readonly type: 'boolean' | 'whole' | 'number' | 'choice';
  readonly default: string;
  readonly help: string;
  /** What there is to choose from; empty for the other types. */
  readonly options: readonly string[];
  /** Bounds of a number; null where there is none. */
  readonly min: number | null;
  readonly max: number | null;
  readonly unit: string | null;
}

export interface MethodCard {
  readonly id: string;
  readonly title: string;
  readonly family: string;
  /** What it does to neurons. */
  readonly role: 'ranks' | 'explains' | 'describes';
  /** What it must be told of the words: which carry a concept, or a number that each has. */
  readonly asks: 'concepts' | 'numbers';
  /** What its numbers rest on. */
  readonly evidence: string;
  /** What it reads of a corpus, and what of it stays in memory. */
  readonly reads: string;
  readonly sees: string;
  readonly blindTo: string;
  readonly formula: string;
  readonly citation: string;
  readonly parameters: readonly ParameterCard[];
  /** Numbers beside the score, with their meaning. */
  readonly beside: readonly { readonly name: string; readonly meaning: string }[];
}

/** The card as Markdown, under a heading of its title. */
export function cardMarkdown({
  id,
  title,
  role,
  evidence,
  sees,
  blindTo,
  formula,
  reads,
  citation,
  parameters,
  beside,
}: MethodCard): string {
  return [
    `# ${title}`,
    `\`${id}\` ${role} neurons. ${evidence}.`,
    `**Sees** ${sees}.`,
    `**Blind to** ${blindTo}.`,
    `**Formula**`,
    `\`\`\`text\n${formula}\n\`\`\``,
    `x is the value of a neuron on a row; ⁺ and ⁻ stand for the rows with and without the concept.`,
    `**Reads** ${reads}.`,
    ...(beside.length > 0 ? ['**Beside the score**', beside.map(({ name, meaning }) => `- \`${name}\`: ${meaning}`).join('\n')] : []),
    ...(parameters.length > 0 ? ['**Parameters**', parameterTable(parameters)] : ['It has no parameters.']),
    `**From** ${citation}.`,
    '',
  ].join('\n\n');
}

function parameterTable(parameters: readonly ParameterCard[]): string {
  const rows = parameters.map((parameter) => [`\`${parameter.name}\``, `\`${parameter.default}\``, valuesText(parameter), parameter.help]);
  return [['name', 'default', 'values', 'meaning'], ['---', '---', '---', '---'], ...rows]
    .map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

/** `high, low or best`, `whole number from 1 to 256 (neurons)`, `yes or no`. */
export function valuesText({ type, options, min, max, unit }: ParameterCard): string {
  if (type === 'boolean') return 'true or false';
  if (type === 'choice') return options.join(', ');
  const noun = type === 'whole' ? 'whole number' : 'number';
  const range = [min === null ? '' : `from ${min}`, max === null ? '' : `to ${max}`].filter(Boolean).join(' ');
  return [noun, range, unit === null ? '' : `(${unit})`].filter(Boolean).join(' ');
}

/** What is wrong with a value as it was typed; undefined for a value that the parameter takes. */
export function wrongValue(parameter: ParameterCard, text: string): string | undefined {
  const { type, options, min, max } = parameter;
  const value = text.trim();
  const expected = `Expected: ${valuesText(parameter)}.`;
  if (type === 'boolean') return value === 'true' || value === 'false' ? undefined : expected;
  if (type === 'choice') return options.includes(value) ? undefined : expected;
  const number = Number(value);
  const isNumber = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(value) && (type === 'number' || Number.isSafeInteger(number));
  return isNumber && number >= (min ?? -Infinity) && number <= (max ?? Infinity) ? undefined : expected;
}
