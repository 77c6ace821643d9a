/** NeuroX's `.json` activations: in truth JSON Lines, an object a sentence, every word with all its layers. */
import { createReadStream } from 'node:fs';
import * as v from 'valibot';
import type { Place } from '../../protocol/errors';
import type { NeuroxSentence } from './sentences';
import { malformed } from './sentences';

const line = v.object({
  // The module's own description calls it linex_idx; the file has linex_index.
  linex_index: v.optional(v.number()),
  features: v.array(
    v.object({
      token: v.string(),
      layers: v.pipe(v.array(v.object({ index: v.number(), values: v.array(v.number()) })), v.minLength(1)),
    }),
  ),
});

type Feature = v.InferOutput<typeof line>['features'][number];

/** Sentences in order. Throws MATRIX_FORMAT and MATRIX_SHAPE with the line. */
export async function* jsonSentences(file: string): AsyncGenerator<NeuroxSentence> {
  let number = 0;
  for await (const text of linesOfFile(file)) {
    number += 1;
    if (text.trim() !== '') yield sentenceOf(text, number - 1, { file, line: number });
  }
}

function sentenceOf(text: string, index: number, place: Place): NeuroxSentence {
  const read = v.safeParse(line, parsed(text, place));
  if (!read.success) {
    const [issue] = read.issues;
    throw malformed(
      place,
      `${v.getDotPath(issue) ?? 'the line'}: ${issue.message}`,
      'an object with linex_index and features, each with token and layers',
    );
  }
  const { linex_index: said, features } = read.output;
  if (said !== undefined && said !== index) throw malformed(place, `sentence number ${said}`, `number ${index}, the next one`);
  const layers = features[0]?.layers.length ?? 0;
  const width = features[0]?.layers[0]?.values.length ?? 0;
  const values = new Float32Array(features.length * layers * width);
  features.forEach((feature, row) => putRow(values, feature, row, { layers, width, place }));
  return { place, layers, width, tokens: features.map(({ token }) => token), values };
}

function putRow(
  into: Float32Array,
  { token, layers: given }: Feature,
  row: number,
  shape: Pick<NeuroxSentence, 'layers' | 'width' | 'place'>,
): void {
  const { layers, width, place } = shape;
  const expected = `${layers} of ${width} values, as the first word of the sentence`;
  if (given.length !== layers) throw malformed(place, `${given.length} layers at word ${row + 1}, "${token}"`, expected);
  given.forEach(({ values }, layer) => {
    if (values.length !== width)
      throw malformed(place, `${values.length} values in layer ${layer} of word ${row + 1}, "${token}"`, expected);
    into.set(values, (row * layers + layer) * width);
  });
}

/** The JSON of a line. Python writes NaN and Infinity, which JSON does not have; they are named. */
function parsed(text: string, place: Place): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const bad = /[[,]\s*(-?(?:NaN|Infinity))\s*[\],]/.exec(text)?.[1];
    throw malformed(place, bad ?? (error instanceof Error ? error.message : 'text'), bad ? 'finite numbers' : 'one JSON object a line');
  }
}

/** Lines of a file; a sentence of a large model takes megabytes, so pieces are joined once. */
async function* linesOfFile(file: string): AsyncGenerator<string> {
  let pieces: Buffer[] = [];
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      yield Buffer.concat([...pieces, chunk.subarray(from, end)]).toString('utf8');
      pieces = [];
      from = end + 1;
    }
    pieces.push(chunk.subarray(from));
  }
  const rest = Buffer.concat(pieces).toString('utf8');
  if (rest !== '') yield rest;
}
