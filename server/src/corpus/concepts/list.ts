/** Everything that can be asked of a corpus, with how often it occurs and how far it can be trusted. */
import { counted } from '../../protocol/counted';
import { enoughWords } from '../../protocol/evidence';
import type { Attribute, AttributeSource, Corpus } from '../corpus';
import { valueSource } from '../taggers/reliability';
import { applyRule, ruleNames, rules } from './rules';

export interface ConceptEntry {
  /** What to hand to `parseConcept`. */
  readonly name: string;
  /** The attribute it is a value of, `rule` for rules. */
  readonly attribute: string;
  readonly value: string;
  /** Words that carry it, and their share of all words (0 to 1). */
  readonly count: number;
  readonly share: number;
  readonly source: AttributeSource;
  /** Why scores for it would be shaky; nothing where there are enough words on both sides. */
  readonly lowSupport: string | undefined;
  readonly needsCase: boolean;
}

/** Values of attributes in the order of the corpus, the most frequent first within each; then the rules. */
export function listConcepts(corpus: Corpus): ConceptEntry[] {
  const words = corpus.words.count;
  const entries = [...corpus.attributes.values()].flatMap((attribute) => ofAttribute(attribute, words));
  for (const rule of ruleNames) {
    const { classes, reliability, needsCase } = rules[rule];
    const source: AttributeSource = { kind: 'automatic', tagger: 'rule', reliability };
    const counts = countsOf(applyRule(rule, corpus), classes?.length ?? 2);
    for (const [k, value] of (classes ?? [rule]).entries()) {
      const name = classes ? `rule:${rule}=${value}` : `rule:${rule}`;
      entries.push(entry({ name, attribute: 'rule', value, source, needsCase }, counts[classes ? k : 1] ?? 0, words));
    }
  }
  return entries;
}

function ofAttribute({ name, values, ids, source }: Attribute, words: number): ConceptEntry[] {
  const counts = countsOf(ids, values.length);
  return values
    .map((value, id) =>
      entry(
        { name: `${name}=${value}`, attribute: name, value, source: valueSource(name, value, source), needsCase: false },
        counts[id] ?? 0,
        words,
      ),
    )
    .sort((a, b) => b.count - a.count);
}

function entry(
  about: Pick<ConceptEntry, 'name' | 'attribute' | 'value' | 'source' | 'needsCase'>,
  count: number,
  words: number,
): ConceptEntry {
  const scarce = Math.min(count, words - count);
  const side = scarce === count ? 'with' : 'without';
  const lowSupport = scarce >= enoughWords ? undefined : `${counted(scarce, 'word')} ${side} it, fewer than ${enoughWords}`;
  return { ...about, count, share: words === 0 ? 0 : count / words, lowSupport };
}

function countsOf(labels: Int32Array, classes: number): Int32Array {
  const counts = new Int32Array(classes);
  for (const label of labels) if (label >= 0) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}
