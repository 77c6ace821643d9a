/** The session that extraction runs: chosen taps for any batch, each as float32 [size, length, width]. */
import { Defect } from '../protocol/errors';
import type { TapPoint } from '../protocol/neurons';
import type { ModelFolder } from '../onnx/modelFolder';
import type { TapTensor } from '../onnx/taps/tap';
import { openModelRun } from './modelRun';
import type { TokenBatch } from './rows';
import type { SessionOptions } from './session';

/** Shape of `ForwardPass` in `activations/`, which this room may not import. */
export interface TapPass {
  readonly taps: readonly { readonly point: TapPoint; readonly width: number }[];
  /** Most tokens a row may have; undefined where the graph sets no limit. */
  readonly maxTokens: number | undefined;
  /** Tap by tap, float32 [size, length, width], each in a buffer of its own that may be transferred. */
  run(batch: TokenBatch): Promise<readonly Float32Array[]>;
  release(): Promise<void>;
}

export interface TapPassOptions extends SessionOptions {
  /** Most tokens by the model's table of positions (`StackTaps.maxTokens`). */
  readonly maxTokens?: number;
}

/** Opens a pass over the given taps. Throws InputError as `openModelRun` does. */
export async function openForwardPass(
  folder: Pick<ModelFolder, 'parts' | 'config'>,
  taps: readonly TapTensor[],
  { maxTokens, ...options }: TapPassOptions = {},
): Promise<TapPass> {
  const run = await openModelRun(folder, taps.map((tap) => ({ ...tap, stack: tap.point.stack })), options); // prettier-ignore
  const limits = [maxTokens, run.fixedLength].filter((limit) => limit !== undefined);
  return {
    taps: taps.map(({ point, width }) => ({ point, width })),
    maxTokens: limits.length === 0 ? undefined : Math.min(...limits),
    async run(batch) {
      const values = await run.run(batch);
      return taps.map(({ tensor, width }, i) => {
        const value = values[i];
        if (value?.dims.at(-1) === width) return value.data;
        throw new Defect(`the tap "${tensor}" has ${value?.dims.at(-1) ?? 'no'} neurons where ${width} were promised`);
      });
    },
    release: () => run.release(),
  };
}
