/** Takes the handshake and says nothing, for ever. Leaves its process id behind for the test. */
import { writeFileSync } from 'node:fs';

writeFileSync(`${process.env.GOLGI_WORKBENCH_RESULTS}.pid`, String(process.pid));
process.on('message', () => undefined);
