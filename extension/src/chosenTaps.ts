/**
 * Taps that a person put elsewhere than they were found, kept in the setting `golgi.chosenTaps` beside the study: by the path of
 * the model, then by the tap. Read with every doubt, since people write settings by hand.
 */
import type { TapChoice } from '../../server/src/protocol/sources';

/** The setting as one file of settings has it. */
export interface SettingScope {
  readonly value: unknown;
  /** Writes it; undefined takes it out of the file. */
  write(value: ChosenTapsSetting | undefined): Promise<void>;
}

export interface ChosenTapsPort {
  /** The scopes as they are now. The last counts most, and takes what is chosen. */
  scopes(): readonly SettingScope[];
  /** The path as the setting has it: relative to the opened folder where the model lies in it. */
  keyOf(path: string): string;
}

type TensorOfTap = Readonly<Record<string, string>>;
type ChosenTapsSetting = Readonly<Record<string, TensorOfTap>>;

export class ChosenTaps {
  readonly #port: ChosenTapsPort;

  constructor(port: ChosenTapsPort) {
    this.#port = port;
  }

  /** The choices for a model, known by its folder or file. */
  of(model: string): readonly TapChoice[] {
    const key = this.#port.keyOf(model);
    const taps = this.#port.scopes().map(({ value }) => settingOf(value)[key]);
    return Object.entries(Object.assign({}, ...taps) as TensorOfTap).map(([tap, tensor]) => ({ tap, tensor }));
  }

  /** Puts a tap of a model at a tensor; null: back to where it was found, whichever scope has put it elsewhere. */
  async choose(model: string, tap: string, tensor: string | null): Promise<void> {
    const others = ({ [tap]: _, ...taps }: TensorOfTap): TensorOfTap => taps;
    if (tensor === null) return this.#changeAll(model, others);
    const last = this.#port.scopes().at(-1);
    if (last) await this.#change(last, model, (taps) => ({ ...others(taps), [tap]: tensor }));
  }

  /** Puts all taps of a model back to where they were found. */
  async forget(model: string): Promise<void> {
    await this.#changeAll(model, () => ({}));
  }

  /** The scope that counts most comes last: until then it hides what changes in the others, so that nobody opens the model twice. */
  async #changeAll(model: string, change: (taps: TensorOfTap) => TensorOfTap): Promise<void> {
    for (const scope of this.#port.scopes()) await this.#change(scope, model, change);
  }

  async #change(scope: SettingScope, model: string, change: (taps: TensorOfTap) => TensorOfTap): Promise<void> {
    const { [this.#port.keyOf(model)]: before = {}, ...others } = settingOf(scope.value);
    const taps = change(before);
    if (JSON.stringify(taps) === JSON.stringify(before)) return;
    const all = Object.keys(taps).length > 0 ? { ...others, [this.#port.keyOf(model)]: taps } : others;
    await scope.write(Object.keys(all).length > 0 ? all : undefined);
  }
}

/** The setting without what is none of it. */
function settingOf(value: unknown): ChosenTapsSetting {
  return Object.fromEntries(
    Object.entries(recordOf(value)).map(([model, taps]) => [
      model,
      Object.fromEntries(Object.entries(recordOf(taps)).filter((pair): pair is [string, string] => typeof pair[1] === 'string')),
    ]),
  );
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
