/** Shakes hands and ends in the middle of its first request. */
process.on('message', ({ id, method }) => {
  if (method === 'initialize') process.send({ jsonrpc: '2.0', id, result: { capabilities: {} } });
  if (method === 'golgi/status') process.exit(3);
});
