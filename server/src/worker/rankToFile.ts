import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFailure } from '../activations/fsPort';
import { rankingDigests } from '../study/rankingDigest';
import { resultText } from '../study/resultFile';
import { rank } from './rank';
import type { JobHandler } from './serve';

/** Ranks into a result file, which appears whole or not at all. */
export const rankToFile: JobHandler<'rank-to-file'> = async ({ file, ...params }, context) => {
  const result = await rank(params, context);
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(temporary, resultText(result), { flush: true });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw writeFailure(error, file);
  }
  return rankingDigests(result);
};
