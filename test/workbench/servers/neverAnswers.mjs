/** Takes the handshake and says nothing, for ever. Leaves its process id behind for the test. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

writeFileSync(join(process.env.GOLGI_WORKBENCH_RESULTS, 'neverAnswers.json'), String(process.pid));
process.on('message', () => undefined);
