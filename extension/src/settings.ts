/** The settings, typed, as they are now. Read with every doubt, since people write settings by hand. */
import { taps } from '../../server/src/protocol/neurons';
import type { Tap } from '../../server/src/protocol/neurons';
import { providers } from '../../server/src/protocol/providers';
import type { Provider } from '../../server/src/protocol/providers';

export interface Settings {
  /** Ids of ranking methods; whether there are such methods the server knows, and says where there are not. */
  readonly methods: readonly string[];
  readonly taps: readonly Tap[];
  /** What models are run on, if it works. */
  readonly provider: Provider;
}

/** Reads the settings from the editor's `golgi` section; what is no value of a setting is left out, and nothing means the usual. */
export function readSettings(golgi: { get(name: string): unknown }): Settings {
  const isTap = (tap: string): tap is Tap => (taps as readonly string[]).includes(tap);
  const chosen = texts(golgi.get('taps')).filter(isTap);
  const methods = texts(golgi.get('methods'));
  const asked = golgi.get('executionProvider');
  return {
    methods: methods.length > 0 ? methods : ['ap'],
    taps: chosen.length > 0 ? chosen : ['hidden', 'ffn'],
    provider: providers.find((known) => known === asked) ?? 'cpu',
  };
}

/** The texts of a list, each once; a text alone is a list of one. */
function texts(value: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return [...new Set(list.filter((each): each is string => typeof each === 'string' && each !== ''))];
}
