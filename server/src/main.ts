/** Entry of the server's process. It ends with the editor, which watches over it; models never run in it. */
import { fileURLToPath } from 'node:url';
import { ProposedFeatures, createConnection } from 'vscode-languageserver/node';
import { version } from '../../package.json';
import { thisPlatform, unsupportedReason } from './jobs/platform';
import { forkedWorkers } from './jobs/workers';
import { createServer } from './server';

const connection = createConnection(ProposedFeatures.all);
createServer(connection, {
  version,
  clock: () => performance.now(),
  unsupported: () => unsupportedReason(thisPlatform()),
  workers: (provider) => forkedWorkers(fileURLToPath(new URL('./worker.js', import.meta.url)), provider),
  now: () => new Date(),
});
connection.listen();
