/** Labels of rows as methods take them: a concept against other rows, or the values of an attribute. */
import { counted, countText } from '../../protocol/counted';
import { InputError, problem, refuseAll, shown } from '../../protocol/errors';
import type { Problem } from '../../protocol/errors';
import type { Labelling } from '../statistics/cells';

/** The rows that a ranking is about. Every array has one entry a row; −1 leaves the row out. */
export interface LabelSet {
  /** The concept as text (`upos=NOUN`), or the attribute whose values are compared (`upos`). */
  readonly name: string;
  /** binary: 1 carries the concept, 0 does not. classes: an index into `classNames`. numbers: 0, and the number in `numbers`. */
  readonly kind: 'binary' | 'classes' | 'numbers';
  readonly classNames: readonly string[];
  readonly labels: Int32Array;
  /** Of numbers: that of each row that takes part. */
  readonly numbers?: Float64Array;
  /** Of classes: 1 for every row that takes part when one class is asked for, though it may carry no class itself. */
  readonly asked?: Uint8Array;
  /** Binary labels of the second column: 0 only where the row carries the same attribute with another value. */
  readonly against?: Int32Array;
  /** All values of the concept's attribute, for methods that compare values; `focus` is the concept's own. */
  readonly values?: { readonly names: readonly string[]; readonly labels: Int32Array; readonly focus: number };
}

/** Rows that carry a concept, and rows that stand against it. */
export interface Support {
  readonly positive: number;
  readonly negative: number;
}

/** Fewer rows than this in a class make scores that vary much from sample to sample (both probing code bases drop such values). */
export const leastRows = 100;

/** The name of one class of a set: `upos=NOUN` of `upos=*`, or of `upos`. */
export function className(set: string, value: string): string {
  return `${set.replace(/=\*$/, '')}=${value}`;
}

/**
 * One class of a set of classes as a concept of its own: against all other rows that take part, as if it had been asked for
 * by its own name, with those that have a class as the second column.
 */
export function oneAgainstRest({ name, classNames, labels, asked }: LabelSet, focus: number): LabelSet {
  const withClass = labels.map((label) => (label < 0 ? -1 : Number(label === focus)));
  const missing = asked !== undefined && labels.some((label, row) => label < 0 && asked[row] === 1);
  return {
    name: className(name, classNames[focus] ?? String(focus)),
    kind: 'binary',
    classNames: ['other', classNames[focus] ?? String(focus)],
    labels: missing ? withClass.map((label, row) => (label < 0 && asked[row] === 1 ? 0 : label)) : withClass,
    ...(asked ? { against: withClass } : {}),
    values: { names: classNames, labels, focus },
  };
}

/** Rankings that one set of classes may become. */
const mostConcepts = 1000;

/**
 * What a method is asked about a set: the set itself, or each of its classes that has rows against the rest, where a method
 * takes one concept. Throws LABEL_COUNT where that would be more rankings than anybody reads.
 */
export function askedOf(set: LabelSet, method: { readonly id: string; readonly binary: boolean }): LabelSet[] {
  if (set.kind === 'binary' || !method.binary) return [set];
  const counts = classCounts({ labels: set.labels, classes: set.classNames.length });
  const present = [...counts.keys()].filter((k) => counts[k]! > 0);
  if (present.length <= mostConcepts) return present.map((k) => oneAgainstRest(set, k));
  throw new InputError(
    'LABEL_COUNT',
    { node: set.name },
    {
      found: `${countText(present.length)} classes, each of which ${method.id} would rank neurons for`,
      expected: `at most ${countText(mostConcepts)} rankings at once`,
      remedy: 'name those you want with --concept, or ask a method that compares all classes in one ranking, such as probeless or anova-f',
    },
  );
}

/** Numbers to predict, one a row; NaN for a row that takes no part. */
export function numberSet(name: string, numbers: Float64Array): LabelSet {
  return {
    name,
    kind: 'numbers',
    classNames: [name],
    labels: Int32Array.from(numbers, (value) => (Number.isNaN(value) ? -1 : 0)),
    numbers,
  };
}

/** Number of rows of each class. */
export function classCounts({ labels, classes }: Labelling): number[] {
  const counts = new Int32Array(classes);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    if (label >= 0) counts[label] = counts[label]! + 1;
  }
  return Array.from(counts);
}

/** Throws `InputError` with everything that is wrong: another number of labels than rows, labels outside the classes. */
export function checkLabelSets(sets: readonly LabelSet[], rows: number): void {
  const findings = sets.flatMap((set): Problem[] => [
    ...checkLabels(set.name, set.labels, set.kind === 'binary' ? 2 : set.classNames.length, rows),
    ...(set.against ? checkLabels(`${set.name} (against)`, set.against, 2, rows) : []),
    ...(set.values ? checkLabels(`${set.name} (values)`, set.values.labels, set.values.names.length, rows) : []),
  ]);
  refuseAll(findings);
}

function checkLabels(name: string, labels: Int32Array, classes: number, rows: number): Problem[] {
  const place = { node: name };
  if (labels.length !== rows) {
    return [
      problem('LABEL_COUNT', place, {
        found: counted(labels.length, 'label'),
        expected: `${countText(rows)}, one for each row of activations`,
        remedy: 'take the labels of the same rows as the activations',
      }),
    ];
  }
  let row = 0;
  while (row < rows && labels[row]! >= -1 && labels[row]! < classes) row++;
  if (row === rows) return [];
  return [
    problem(
      'LABEL_COUNT',
      { ...place, line: row + 1 },
      {
        found: `label ${labels[row]} of "${shown(name)}"`,
        expected: `0 to ${classes - 1}, or −1 for a row that takes no part`,
        remedy: 'name every class, or correct the label',
      },
    ),
  ];
}
