/** What models can be run by: the execution providers of ONNX Runtime that its package brings on one platform or another. */

/** `cpu` is everywhere and always works; `webgpu` on Windows, Linux x64 and macOS, `dml` on Windows, `coreml` on macOS. */
export const providers = ['cpu', 'webgpu', 'dml', 'coreml'] as const;

export type Provider = (typeof providers)[number];

/** What people call them. */
export const providerTitles: Readonly<Record<Provider, string>> = {
  cpu: 'the processor',
  webgpu: 'WebGPU',
  dml: 'DirectML',
  coreml: 'Core ML',
};

/** What models run on in a worker, and why that is not what was asked for. */
export interface ProviderUse {
  readonly asked: Provider;
  readonly used: Provider;
  /** Null where it is. */
  readonly reason: string | null;
}

/** One sentence on it. */
export function providerText({ used, asked, reason }: ProviderUse): string {
  return reason === null ? `on ${providerTitles[used]}` : `on ${providerTitles[used]}, not on ${providerTitles[asked]}: ${reason}`;
}
