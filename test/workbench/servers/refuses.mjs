/** Answers the handshake with a finding about the host, as a server of another version does. */
process.on('message', ({ id, method }) => {
  if (method !== 'initialize') return;
  const finding = { code: 'VERSION_MISMATCH', place: {}, found: 'an old extension', expected: 'a new one', remedy: 'reload the window' };
  process.send({ jsonrpc: '2.0', id, error: { code: 1, message: finding.found, data: { kind: 'input', problems: [finding] } } });
});
