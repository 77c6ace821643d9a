/** Entry of the server's process. It ends with the editor, which watches over it; models never run in it. */
import { ProposedFeatures, createConnection } from 'vscode-languageserver/node';
import { version } from '../../package.json';
import { thisPlatform, unsupportedReason } from './jobs/platform';
import { createServer } from './server';

const connection = createConnection(ProposedFeatures.all);
createServer(connection, {
  version,
  clock: () => performance.now(),
  unsupported: () => unsupportedReason(thisPlatform()),
});
connection.listen();
