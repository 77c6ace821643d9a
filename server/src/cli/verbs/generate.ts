import { counted } from '../../protocol/counted';
import { errorCodes, shown } from '../../protocol/errors';
import type { GenerateResult } from '../../protocol/writing';
import { editFlags, editsOf } from '../edits';
import { number, refuseFlags, required, wholeNumber } from '../flags';
import { modelFlags, modelRef } from '../inputs';
import { jsonText } from '../output';
import { idRow } from '../texts';
import { defineVerb } from '../verb';

export const generate = defineVerb({
  name: 'generate',
  summary: 'lets a model write, with neurons edited if asked for; the text appears as it is written',
  example: 'golgi generate --model media/models/demo-gpt2 --prompt "The capital of France is" --max 12 --edit L3.ffn.12=0',
  flags: {
    ...modelFlags,
    prompt: { type: 'string', value: 'TEXT', help: 'what the text goes on from; what the encoder reads, where there is one' },
    ids: { type: 'string', value: 'FILE', help: 'the same as token ids: a JSON array of one row' },
    'decoder-text': { type: 'string', value: 'TEXT', help: 'what the decoder of an encoder-decoder model has written already' },
    max: { type: 'string', value: 'N', help: 'most tokens to write (default 40)' },
    temperature: { type: 'string', value: 'T', help: '0: always the most likely token (default; 1 where another flag asks for sampling)' },
    'top-k': { type: 'string', value: 'K', help: 'sample among the K most likely tokens' },
    'top-p': { type: 'string', value: 'P', help: 'sample among the most likely tokens that together have probability P' },
    seed: { type: 'string', value: 'N', help: 'of the random numbers (default 1): the same seed gives the same text' },
    'no-cache': { type: 'boolean', help: 'read the whole text again for every token, even where the model remembers' },
    ...editFlags,
  },
  async run({ values, outside }) {
    if (values.ids !== undefined) refuseFlags('generate', values, ['prompt'], 'with --ids');
    const prompt = values.ids === undefined ? required('generate', 'prompt', values.prompt) : await idRow('generate', values.ids);
    const sampled = [values['top-k'], values['top-p'], values.seed].some((value) => value !== undefined);
    const [topK, topP] = [values['top-k'], values['top-p']];
    const params = {
      model: modelRef('generate', values),
      prompt,
      ...(values['decoder-text'] === undefined ? {} : { decoderText: values['decoder-text'] }),
      ...editsOf('generate', values),
      max: wholeNumber('generate', 'max', values.max, { min: 1, max: 100_000, fallback: 40 }),
      temperature: number('generate', 'temperature', values.temperature, { min: 0, max: 100, fallback: sampled ? 1 : 0 }),
      ...(topK === undefined ? {} : { topK: wholeNumber('generate', 'top-k', topK, { min: 1, fallback: 1 }) }),
      ...(topP === undefined ? {} : { topP: number('generate', 'top-p', topP, { min: Number.MIN_VALUE, max: 1, fallback: 1 }) }),
      seed: wholeNumber('generate', 'seed', values.seed, { min: 0, max: 0xffff_ffff, fallback: 1 }),
      useCache: !values['no-cache'],
    };
    if (values.json) {
      const result = await outside.runJob('generate', params);
      outside.out(jsonText({ ...result, parameters: params }));
      return exitCode(result);
    }
    // What a model writes is text from outside: controls are made visible, line breaks kept.
    const safe = (text: string) =>
      text
        .split('\n')
        .map((line) => shown(line, Infinity))
        .join('\n');
    const result = await outside.runJob('generate', params, { onText: (text) => outside.out(safe(text)) });
    outside.out('\n');
    const ending = result.stopped === 'cancelled' ? 'cancelled' : `stopped at ${result.stopped}`;
    const how = `${counted(result.tokens.length, 'token')}, ${ending}${result.cached ? '' : '; the whole text was read again for every token'}`;
    outside.error(`${how}\n${result.notes.map((note) => `${shown(note)}\n`).join('')}`);
    return exitCode(result);
  },
});

/** What was written before Ctrl-C is handed over, and scripts can still tell. */
function exitCode({ stopped }: GenerateResult): number {
  return stopped === 'cancelled' ? errorCodes.CANCELLED : 0;
}
