import { expect, test } from 'vitest';
import { thisPlatform, unsupportedReason } from '../../../server/src/jobs/platform';

test('the five builds of the runtime are supported', () => {
  for (const [platform, arch] of [
    ['win32', 'x64'],
    ['win32', 'arm64'],
    ['linux', 'x64'],
    ['linux', 'arm64'],
    ['darwin', 'arm64'],
  ] as const) {
    expect(unsupportedReason({ platform, arch, glibc: platform === 'linux' ? '2.36' : undefined })).toBeUndefined();
  }
});

test('an Intel Mac is told which machines there are builds for', () => {
  expect(unsupportedReason({ platform: 'darwin', arch: 'x64', glibc: undefined })).toContain('no build for darwin-x64');
});

test('a Linux without glibc is told so', () => {
  expect(unsupportedReason({ platform: 'linux', arch: 'x64', glibc: undefined })).toContain('musl');
});

test('this machine names its platform', () => {
  expect(thisPlatform()).toMatchObject({ platform: process.platform, arch: process.arch });
});
