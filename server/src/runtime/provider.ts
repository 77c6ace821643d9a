/**
 * What this process runs models on. The processor, unless something else was asked for and proves here that it computes; who
 * asked hears which it is. Numbers of other providers differ in their last digits, so they belong to what is stored.
 */
import { listSupportedBackends } from './onnxruntime';
import { shown } from '../protocol/errors';
import { providerText, providerTitles } from '../protocol/providers';
import type { Provider, ProviderUse } from '../protocol/providers';
import { elevenByRuntime } from './selfTest';

let asked: Provider = 'cpu';
let trial: Promise<ProviderUse> | undefined;
const remarks = new Set<string>();

/** From now on sessions are opened on it, if it works. */
export function askForProvider(provider: Provider): void {
  if (provider === asked) return;
  asked = provider;
  trial = undefined;
}

/** What sessions are opened on. What was asked for is tried once, on a graph of ours. */
export function providerInUse(): Promise<ProviderUse> {
  trial ??= tried(asked);
  return trial;
}

/** A session that could not be opened on the provider in use runs on the processor: says so. */
export function remarkOnProcessor(file: string, provider: Provider, error: unknown): void {
  remarks.add(`${file} runs on the processor: ${providerTitles[provider]} does not take it (${reasonOf(error)})`);
}

/** What is to be said of it since the last call, each sentence once. */
export function takeRemarks(): string[] {
  const said = [...remarks];
  remarks.clear();
  return said;
}

async function tried(provider: Provider): Promise<ProviderUse> {
  if (provider === 'cpu') return { asked: provider, used: 'cpu', reason: null };
  const reason = await whyNot(provider);
  const use: ProviderUse = { asked: provider, used: reason === null ? provider : 'cpu', reason };
  remarks.add(`Models run ${providerText(use)}`);
  return use;
}

/** What the runtime's package brings on this platform; whether it works is another question. */
export function broughtProviders(): string[] {
  return listSupportedBackends().flatMap(({ name, bundled }) => (bundled ? [name] : []));
}

async function whyNot(provider: Provider): Promise<string | null> {
  const brought = broughtProviders();
  if (!brought.includes(provider)) return `on ${process.platform}-${process.arch} the runtime brings ${brought.join(' and ')}`;
  try {
    const result = await elevenByRuntime(provider);
    return result === 11 ? null : `it gave ${result} for a product that is 11`;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Before the reason proper stand the place in the runtime's source and the condition that failed. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.split('\n').find((each) => each.trim() !== '') ?? 'an unknown error';
  return shown(/^\/\S+\.cc:\d+ .* was false\. (.+)$/.exec(line)?.[1] ?? line, 200);
}
