/**
 * Taps that a person put elsewhere than they were found, kept in the setting `golgi.chosenTaps` beside the study: by the path of
 * the model, then by the tap. Read with every doubt, since people write settings by hand.
 */
import type { TapChoice } from '../../server/src/protocol/sources';

/** What the setting holds, and how it is written. */
export interface ChosenTapsPort {
  read(): unknown;
  write(value: ChosenTapsSetting | undefined): Promise<void>;
  /** The path as the setting has it: relative to the opened folder where the model lies in it. */
  keyOf(path: string): string;
}

type ChosenTapsSetting = Readonly<Record<string, Readonly<Record<string, string>>>>;

export class ChosenTaps {
  readonly #port: ChosenTapsPort;

  constructor(port: ChosenTapsPort) {
    this.#port = port;
  }

  /** The choices for a model, known by its folder or file. */
  of(model: string): readonly TapChoice[] {
    const taps = settingOf(this.#port.read())[this.#port.keyOf(model)] ?? {};
    return Object.entries(taps).map(([tap, tensor]) => ({ tap, tensor }));
  }

  /** Puts a tap of a model at a tensor; null: back to where it was found. */
  async choose(model: string, tap: string, tensor: string | null): Promise<void> {
    const others = this.of(model).filter((each) => each.tap !== tap);
    await this.#keep(model, tensor === null ? others : [...others, { tap, tensor }]);
  }

  /** Puts all taps of a model back to where they were found. */
  async forget(model: string): Promise<void> {
    await this.#keep(model, []);
  }

  async #keep(model: string, choices: readonly TapChoice[]): Promise<void> {
    const { [this.#port.keyOf(model)]: _, ...others } = settingOf(this.#port.read());
    const taps = Object.fromEntries(choices.map(({ tap, tensor }) => [tap, tensor]));
    const all = choices.length > 0 ? { ...others, [this.#port.keyOf(model)]: taps } : others;
    await this.#port.write(Object.keys(all).length > 0 ? all : undefined);
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
