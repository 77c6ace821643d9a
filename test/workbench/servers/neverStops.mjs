/** Shakes hands, tells its process id, and answers no wish to end. */
process.on('SIGTERM', () => undefined);
process.on('message', ({ id, method }) => {
  if (method === 'initialize') process.send({ jsonrpc: '2.0', id, result: { capabilities: {} } });
  if (method === 'golgi/status') process.send({ jsonrpc: '2.0', id, result: { pid: process.pid } });
});
