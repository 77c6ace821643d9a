import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { bytesOf } from '../activations/inventory';
import { makeFolder } from '../activations/makeFolder';
import { bytesText } from '../protocol/counted';
import { shown } from '../protocol/errors';
import type { DoctorFinding } from '../protocol/jobs';
import { providerText } from '../protocol/providers';
import { broughtProviders, providerInUse } from '../runtime/provider';
import { elevenByRuntime } from '../runtime/selfTest';
import type { JobHandler } from './serve';
import { versions } from './versions';

const gib = 2 ** 30;
const leastFree = 2 * gib;

/** What this machine can do and what is wrong with it, each finding with a remedy. */
export const doctor: JobHandler<'doctor'> = async ({ cache }) => [
  {
    subject: 'Golgi',
    ok: Number(process.versions.node.split('.')[0]) >= 20,
    detail: `${versions.golgi} on Node ${process.versions.node}, ${versions.runtime.platform}`,
    remedy: 'install Node 20 or newer',
  },
  await runtimeFinding(),
  await providerFinding(),
  { subject: 'machine', ok: true, detail: `${availableParallelism()} processors, ${(totalmem() / gib).toFixed(1)} GiB of memory` },
  await cacheFinding(cache),
];

async function runtimeFinding(): Promise<DoctorFinding> {
  const subject = 'ONNX Runtime';
  try {
    const result = await elevenByRuntime('cpu');
    return {
      subject,
      ok: result === 11,
      detail: result === 11 ? `${versions.runtime['onnxruntime-node']} loads and computes` : `gave ${result} for a product that is 11`,
      remedy: 'report this with your processor’s name',
    };
  } catch (error) {
    return {
      subject,
      ok: false,
      detail: shown(error instanceof Error ? error.message : String(error)),
      remedy: 'see the platforms that the README lists',
    };
  }
}

/** What was asked for is tried; what was not is only said to be there. */
async function providerFinding(): Promise<DoctorFinding> {
  const use = await providerInUse();
  const others = broughtProviders().filter((name) => name !== use.used);
  const toTry = use.asked === 'cpu' && others.length > 0 ? `; ${others.join(', ')} can be tried with --provider` : '';
  return {
    subject: 'models run',
    ok: use.reason === null,
    detail: `${providerText(use)}${toTry}`,
    remedy: 'install its driver, or leave it to the processor',
  };
}

async function cacheFinding(cache: string): Promise<DoctorFinding> {
  const subject = 'cache';
  const remedy = 'name another folder with --cache or GOLGI_CACHE';
  try {
    makeFolder(cache);
    await access(cache, constants.W_OK);
    const { bavail, bsize } = await statfs(cache);
    const free = bavail * bsize;
    return {
      subject,
      ok: free >= leastFree,
      detail: `${cache}, ${bytesText(bytesOf(cache))} kept, ${bytesText(free)} free`,
      remedy: `free some space (golgi cache lists and removes what is kept), or ${remedy}`,
    };
  } catch (error) {
    return { subject, ok: false, detail: `${cache}: ${shown(error instanceof Error ? error.message : String(error))}`, remedy };
  }
}
