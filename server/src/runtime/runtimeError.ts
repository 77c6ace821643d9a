/** What the runtime says when it refuses a model or a run, turned into a finding. */
import { InputError, shown } from '../protocol/errors';
import type { ErrorCode } from '../protocol/errors';
import { providerTitles } from '../protocol/providers';
import type { Provider } from '../protocol/providers';

const kinds: readonly { readonly code: ErrorCode; readonly says: RegExp; readonly expected: string; readonly remedy: string }[] = [
  {
    code: 'OUT_OF_MEMORY',
    says: /bad_alloc|failed to allocate|out of memory|allocation failed/i,
    expected: 'a run that fits into memory',
    remedy: 'use smaller batches or shorter texts',
  },
  {
    code: 'MODEL_OP',
    says: /not a registered function\/op|no op registered for|could not find an implementation|failed to find kernel|not_implemented|is not supported in this build|Unrecognized attribute/i,
    expected: 'operators that onnxruntime 1.30 has',
    remedy: 'export the model with another opset or exporter',
  },
];

const other = { code: 'MODEL_RUNTIME', expected: 'a model that the runtime can run', remedy: 'export the model again' } as const;

// The first line holds the reason; the rest, and the text after a stack trace's mark, is the runtime's own source.
const noise = /^(?:Error: )?(?:Load model from .*? failed:)?(?:\s*Fatal error: )?/;

/**
 * The finding for an error of the runtime. Its text may quote names from the model, so only its first line is shown, with
 * controls made visible; the node is named where the text names one. What failed on another provider than the processor may
 * run there.
 */
export function runtimeError(error: unknown, file: string, provider: Provider = 'cpu'): InputError {
  const text = error instanceof Error ? error.message : String(error);
  const line = (text.split('\n').find((each) => each.trim() !== '') ?? 'an unknown error').replace(noise, '');
  const { code, expected, remedy: usual } = kinds.find(({ says }) => says.test(text)) ?? other;
  const remedy = provider === 'cpu' ? usual : `${usual}; or run it on the processor, not on ${providerTitles[provider]}`;
  const refused = /In Node, \("(.{0,300}?)", ([\w.]+), .*, Error (.+)/.exec(text);
  if (refused) {
    const [, name = '', operator = '', reason = ''] = refused;
    return new InputError(code, { file, node: name }, { found: `${operator}: the runtime says: ${shown(reason, 300)}`, expected, remedy });
  }
  const node = /(?:Name:\s*'|node with name\s*'|Node:?\s*\(|node_name:\s*'?)([^')]{1,300})/i.exec(text)?.[1];
  return new InputError(code, { file, ...(node && { node }) }, { found: `the runtime says: ${shown(line, 300)}`, expected, remedy });
}
