/** Where texts of a model begin and end: what config.json and generation_config.json say. */
import { join } from 'node:path';
import { readConfig } from '../onnx/config';
import type { ModelConfig } from '../onnx/config';
import type { ModelFolder } from '../onnx/modelFolder';

export interface TextEnds {
  /** Tokens after which nothing is written. */
  readonly end: ReadonlySet<number>;
  readonly begin: number | undefined;
  /** With which the decoder's side of an encoder-decoder model begins. */
  readonly decoderStart: number | undefined;
}

/** generation_config.json wins where both say something; either may be missing. */
export function textEndsOf({ path, config }: Pick<ModelFolder, 'path' | 'config'>): TextEnds {
  // Most folders have no such file, which is no finding.
  const generation = readConfig(join(path, 'generation_config.json')).config;
  const first = (name: string): number | undefined => idsOf(generation, name)[0] ?? idsOf(config, name)[0];
  const ends = idsOf(generation, 'eos_token_id');
  return {
    end: new Set(ends.length > 0 ? ends : idsOf(config, 'eos_token_id')),
    begin: first('bos_token_id'),
    decoderStart: first('decoder_start_token_id'),
  };
}

function idsOf(config: ModelConfig, name: string): number[] {
  const value = config.get(name);
  const ids: unknown[] = Array.isArray(value) ? value : [value];
  return ids.filter((id): id is number => typeof id === 'number' && Number.isSafeInteger(id) && id >= 0);
}
