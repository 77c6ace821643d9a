/** A process that extracts the small run and kills itself before the n-th operation of the disk; never if n is −1. */
import { extractActivations } from '../../../server/src/activations/extract';
import { type FsPort, realFs } from '../../../server/src/activations/fsPort';
import { ActivationStore } from '../../../server/src/activations/store';
import { smallRun } from './smallRun';

const [cache = '', n] = process.argv.slice(2);
let count = 0;

const mortal = Object.fromEntries(
  Object.entries(realFs).map(([name, work]: [string, (...args: never[]) => unknown]) => [
    name,
    (...args: never[]): unknown => {
      const changes = !['list', 'stat', 'read', 'openForReading'].includes(name);
      if (changes && count++ === Number(n)) process.kill(process.pid, 'SIGKILL');
      return work(...args);
    },
  ]),
) as unknown as FsPort;

await extractActivations(smallRun(new ActivationStore(cache, mortal)));
