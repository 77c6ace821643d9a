/**
 * Sentences made from templates, whose annotation is exact because it is written with them. A template is text in which
 * `{label|words}` marks a labelled span; whatever is not marked is labelled `other`, so that every word of these sentences
 * carries gold.
 */

const people = ['Mei', 'Omar', 'Anna', 'Luis', 'Nadia', 'Tom', 'Ines', 'Ravi'];
const places = ['Cairo', 'Kyoto', 'Lima', 'Oslo', 'Nairobi', 'Quito'];
const nouns = ['teacher', 'farmer', 'pilot', 'doctor', 'singer', 'painter', 'sailor', 'neighbor', 'baker', 'driver'];
const things = ['map', 'letter', 'lamp', 'basket', 'violin', 'ticket', 'kettle', 'chair', 'book', 'picture'];
const adjectives = ['tired', 'happy', 'late', 'ready', 'famous', 'quiet', 'hungry', 'early'];
/** Base, third person, past, past participle. */
const intransitive = [
  ['laugh', 'laughs', 'laughed'],
  ['wait', 'waits', 'waited'],
  ['sing', 'sings', 'sang'],
  ['sleep', 'sleeps', 'slept'],
  ['run', 'runs', 'ran'],
  ['smile', 'smiles', 'smiled'],
];
const transitive = [
  ['carry', 'carries', 'carried'],
  ['find', 'finds', 'found'],
  ['buy', 'buys', 'bought'],
  ['clean', 'cleans', 'cleaned'],
  ['sell', 'sells', 'sold'],
  ['paint', 'paints', 'painted'],
];
const numberWords = ['two', 'three', 'four', 'five', 'six', 'seven', 'eleven', 'twelve', 'twenty', 'forty'];

/** Number, written as in the labels, with the forms that agree with it. */
const numbers = [
  { name: 'singular', of: (noun) => noun, verb: ([, third]) => third, be: 'is' },
  { name: 'plural', of: (noun) => `${noun}s`, verb: ([base]) => base, be: 'are' },
];

const kinds = {
  agreement(pick) {
    const [n, noun] = [pick(numbers), pick(nouns)];
    const subject = `The {subject.${n.name}|${n.of(noun)}}`;
    return pick([
      () => `${subject} {verb.${n.name}|${n.verb(pick(intransitive))}} in ${pick(places)}.`,
      () => `${subject} {verb.${n.name}|${n.be}} ${pick(adjectives)} today.`,
    ])();
  },
  attractor(pick) {
    const [n, other] = [pick(numbers), pick(numbers)];
    const [noun, near] = pick(nouns, 2);
    const between = `${pick(['near', 'behind', 'with'])} the {attractor.${other.name}|${other.of(near)}}`;
    return `The {subject.${n.name}|${n.of(noun)}} ${between} {verb.${n.name}|${n.be}} ${pick(adjectives)}.`;
  },
  nesting(pick) {
    const [n, inner] = [pick(numbers), pick(numbers)];
    const [noun, near] = pick(nouns, 2);
    const clause = `that the {subject.${inner.name}|${inner.of(near)}} {verb.${inner.name}|${inner.verb(
      pick([
        ['know', 'knows'],
        ['like', 'likes'],
        ['admire', 'admires'],
      ]),
    )}}`;
    return `The {subject.${n.name}|${n.of(noun)}} ${clause} {verb.${n.name}|${n.be}} ${pick(adjectives)}.`;
  },
  negation(pick) {
    const [person, thing, place] = [pick(people), pick(things), pick(places)];
    const [base, third, past] = pick(transitive);
    return pick([
      () => `${person} did {negation|not} ${base} the ${thing} in ${place}.`,
      () => `${person} did{negation|n't} ${base} the ${thing}.`,
      () => `${person} {negation|never} ${past} a ${thing} in ${place}.`,
      () => `{negation|Nobody} ${third} the ${thing} in ${place}.`,
      () => `${person} ${third} {negation|no} ${thing} in ${place}.`,
      () => `${person} left ${place} {negation|without} the ${thing}.`,
      () => `${person} ${past} the ${thing} in ${place}.`,
    ])();
  },
  tense(pick) {
    const [person, thing] = [pick(people), pick(things)];
    const [base, third, past] = pick(transitive);
    return pick([
      () => `${pick(['Yesterday', 'Last week'])} ${person} {verb.past|${past}} the ${thing}.`,
      () => `Every day ${person} {verb.present|${third}} the ${thing}.`,
      () => `${pick(['Tomorrow', 'Next week'])} ${person} {verb.future|will ${base}} the ${thing}.`,
    ])();
  },
  number(pick) {
    const [person, thing, place] = [pick(people), pick(things), pick(places)];
    const digits = `{number.digits|${pick([12, 25, 40, 67, 110, 250, 318, 904, 1500, 2016])}}`;
    return pick([
      () => `${person} sold ${digits} ${thing}s in ${place}.`,
      () => `${person} bought {number.word|${pick(numberWords)}} ${thing}s in ${place}.`,
      () => `The ${thing} in ${place} cost ${digits} dollars.`,
    ])();
  },
  quote(pick) {
    const [one, two] = pick(people, 2);
    const [thing, place] = [pick(things), pick(places)];
    const speech = pick([
      `I lost my ${thing}`,
      `The ${thing} is in ${place}`,
      `We are ${pick(adjectives)}`,
      `My ${thing} was found in ${place}`,
    ]);
    return pick([
      () => `"{quote.1|${speech}}," said ${one}.`,
      () => `${one} said, "{quote.1|${speech}}."`,
      () => `"{quote.1|${two} told me,} '{quote.2|${speech}},'" said ${one}.`,
    ])();
  },
  bracket(pick) {
    const [person, thing, place] = [pick(people), pick(things), pick(places)];
    const adjective = pick(['red', 'old', 'small', 'heavy', 'new']);
    return pick([
      () => `${person} kept the ${thing} ({bracket.1|the ${adjective} one}) in ${place}.`,
      () => `The ${thing} ({bracket.1|from ${place}}) was ${adjective}.`,
      () => `The ${thing} ({bracket.1|a gift of ${person}} [{bracket.2|from ${place}}]) was ${adjective}.`,
    ])();
  },
};

/**
 * `count` different sentences, the kinds in turn. Always the same ones.
 * @returns {{ kind: string, text: string, spans: { start: number, end: number, label: string }[] }[]}
 */
export function templateSentences(count) {
  const pick = picker(1);
  const seen = new Set();
  const sentences = [];
  for (let turn = 0; sentences.length < count; turn += 1) {
    const names = Object.keys(kinds);
    const kind = names[turn % names.length];
    const sentence = annotated(kinds[kind](pick));
    if (seen.has(sentence.text)) continue;
    seen.add(sentence.text);
    sentences.push({ kind, ...sentence });
  }
  return sentences;
}

/** Text and spans of a filled template. Spans never begin or end with a blank and cover every word. */
function annotated(template) {
  let text = '';
  const spans = [];
  const add = (words, label) => {
    const from = text.length + words.search(/\S|$/);
    text += words;
    const to = text.trimEnd().length;
    if (from < to) spans.push({ start: from, end: to, label });
  };
  for (const part of template.split(/(\{[^}]*\})/)) {
    const [, label, words] = /^\{(.*)\|(.*)\}$/.exec(part) ?? [];
    add(words ?? part, label ?? 'other');
  }
  return { text, spans };
}

/** `pick(list)` gives one item, `pick(list, n)` n different ones; a linear congruential generator, so always the same. */
function picker(seed) {
  let state = seed;
  const below = (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  return (list, n) => {
    if (n === undefined) return list[below(list.length)];
    const left = [...list];
    return Array.from({ length: n }, () => left.splice(below(left.length), 1)[0]);
  };
}
