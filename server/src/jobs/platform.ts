/** Where the runtime's native code exists. Asked before a worker is started, so that the answer is a sentence and not a crash. */

export interface Platform {
  readonly platform: string;
  readonly arch: string;
  /** The C library's version where it is glibc; undefined on other systems and on musl. */
  readonly glibc: string | undefined;
}

/** The builds that onnxruntime-node 1.30 ships. */
const builds = ['win32-x64', 'win32-arm64', 'linux-x64', 'linux-arm64', 'darwin-arm64'];

/** This machine. */
export function thisPlatform(): Platform {
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork?: boolean };
  // Without this the report asks the name server about every open socket.
  report.excludeNetwork = true;
  const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return { platform: process.platform, arch: process.arch, glibc: header?.glibcVersionRuntime };
}

/** Why models cannot run on this platform; undefined when they can. */
export function unsupportedReason({ platform, arch, glibc }: Platform): string | undefined {
  const build = `${platform}-${arch}`;
  if (!builds.includes(build)) return `ONNX Runtime has no build for ${build}; it has ${builds.join(', ')}.`;
  if (platform === 'linux' && glibc === undefined) return 'ONNX Runtime needs glibc, and this Linux has another C library (musl).';
  return undefined;
}
