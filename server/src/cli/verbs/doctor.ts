import { jsonText } from '../output';
import { cacheFolder } from '../paths';
import { table } from '../present/table';
import { defineVerb } from '../verb';

export const doctor = defineVerb({
  name: 'doctor',
  summary: 'what this machine can do, and what is wrong with it',
  example: 'golgi doctor',
  flags: {},
  async run({ values, outside }) {
    const findings = await outside.runJob('doctor', { cache: cacheFolder(values.cache) });
    outside.out(
      values.json
        ? jsonText({ findings })
        : `${table(findings.map(({ ok, subject, detail, remedy }) => [ok ? '✓' : '✗', subject, remedy && !ok ? `${detail}; ${remedy}` : detail]))}\n`,
    );
    return findings.every(({ ok }) => ok) ? 0 : 1;
  },
});
