import { rankingDigests } from '../study/rankingDigest';
import { resultText } from '../study/resultFile';
import { rank } from './rank';
import type { JobHandler } from './serve';
import { writeWhole } from './writeWhole';

/** Ranks into a result file, which appears whole or not at all. */
export const rankToFile: JobHandler<'rank-to-file'> = async ({ file, ...params }, context) => {
  const result = await rank(params, context);
  await writeWhole(file, resultText(result));
  return rankingDigests(result);
};
