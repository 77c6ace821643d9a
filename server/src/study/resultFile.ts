/** Result files: writing them compactly, reading them back with every doubt a file deserves. */
import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { InputError } from '../protocol/errors';
import type { AnalysisResult } from '../protocol/results';
import { resultSchema } from '../protocol/results';

const finite = v.pipe(v.number(), v.finite());
const score = v.nullable(finite);
const index = v.pipe(v.number(), v.integer(), v.minValue(0));
const support = v.object({ positive: index, negative: index });
const direction = v.picklist([1, -1]);

const focus = v.object({
  neuron: index,
  interval: v.nullable(v.tuple([finite, finite])),
  p: score,
  word: v.nullable(v.object({ text: v.string(), share: finite, scoreWithout: score, chanceWithout: v.exactOptional(score) })),
  topWords: v.array(v.object({ text: v.string(), count: index })),
});

const ranking = v.object({
  method: v.string(),
  title: v.string(),
  parameters: v.record(v.string(), v.unknown()),
  concept: v.string(),
  labels: v.object({ source: v.string(), tagger: v.optional(v.string()), reliability: v.optional(v.string()) }),
  chance: score,
  support,
  scale: v.exactOptional(v.object({ best: v.picklist(['largest', 'smallest', 'farthest']), centre: finite, end: score })),
  score: v.array(score),
  direction: v.array(direction),
  order: v.array(index),
  extras: v.record(v.string(), v.array(score)),
  undefined: v.record(v.string(), v.string()),
  against: v.nullable(v.object({ chance: score, support, score: v.array(score) })),
  null: v.nullable(v.object({ rounds: index, median: finite, q95: finite, max: finite })),
  q: v.exactOptional(v.nullable(v.array(score))),
  control: v.nullable(v.object({ seed: index, best: score })),
  focus: v.array(focus),
  experts: v.exactOptional(v.array(v.object({ level: finite, neurons: index }))),
  perClass: v.exactOptional(v.array(v.object({ name: v.string(), score: v.array(score) }))),
  fit: v.exactOptional(v.record(v.string(), v.union([score, v.array(score)]))),
  withoutWord: v.exactOptional(
    v.object({
      word: v.nullable(v.object({ text: v.string(), share: finite })),
      rows: index,
      numbers: v.record(v.string(), score),
      reason: v.nullable(v.string()),
    }),
  ),
  classes: v.exactOptional(v.array(v.string())),
  sample: v.exactOptional(v.object({ fitted: index, held: index, of: index, bytes: index })),
  warnings: v.array(v.string()),
});

const provenance = v.object({
  golgi: v.string(),
  created: v.string(),
  elapsedMs: finite,
  model: v.nullable(v.object({ name: v.string(), graph: v.string(), weights: v.string(), tokenizer: v.string() })),
  corpus: v.nullable(v.object({ files: v.array(v.string()), format: v.string(), hash: v.string(), sentences: index, words: index })),
  matrix: v.nullable(v.object({ file: v.string(), sha256: v.string(), labels: v.string() })),
  activations: v.object({
    words: v.string(),
    unit: v.optional(v.literal('sentence')),
    dtype: v.string(),
    rows: index,
    excluded: v.record(v.string(), index),
  }),
  seed: index,
  runtime: v.record(v.string(), v.string()),
  notes: v.array(v.string()),
});

const file = v.object({
  schema: v.literal(resultSchema),
  kind: v.literal('ranking'),
  provenance,
  neurons: v.array(v.string()),
  rankings: v.array(ranking),
});

/** The JSON schema of result files, as the editor uses it. It cannot say that numbers are finite, and in JSON they always are. */
export function resultJsonSchema(): Record<string, unknown> {
  return { ...toJsonSchema(file, { errorMode: 'ignore' }), title: 'Golgi result' };
}

/** The content of a `*.golgi-result.json`. */
export function resultText(result: AnalysisResult): string {
  return `${JSON.stringify(v.parse(file, result))}\n`;
}

/**
 * Reads a result file. Throws RESULT_FILE: no JSON (cut in half), another version, or a place where the content is not what
 * the schema says.
 */
export function parseResult(text: string, path: string): AnalysisResult {
  const raise = (found: string, expected: string, remedy: string): never => {
    throw new InputError('RESULT_FILE', { file: path }, { found, expected, remedy });
  };
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    return raise(
      `no valid JSON (${error instanceof Error ? error.message : ''})`,
      'a whole result file',
      'it may have been cut while copying; run the analysis again',
    );
  }
  const stated = typeof content === 'object' && content !== null && 'schema' in content ? String(content.schema) : 'none';
  if (stated !== resultSchema)
    return raise(`schema ${stated}`, resultSchema, 'open it with the version of Golgi that wrote it, or run the analysis again');
  const parsed = v.safeParse(file, content);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    return raise(
      `${v.getDotPath(issue) ?? 'content'}: ${issue.message}`,
      'what the result schema says',
      'the file was changed by hand or is damaged; run the analysis again',
    );
  }
  const result: AnalysisResult = parsed.output;
  const uneven = result.rankings.findIndex(
    ({ score: scores, direction: signs, order, q }) =>
      scores.length !== result.neurons.length ||
      signs.length !== scores.length ||
      (q ?? scores).length !== scores.length ||
      order.some((n) => n >= scores.length),
  );
  if (uneven >= 0)
    return raise(
      `rankings.${uneven}: columns of another length than the ${result.neurons.length} neurons`,
      'one value a neuron',
      'the file is damaged; run the analysis again',
    );
  return result;
}
