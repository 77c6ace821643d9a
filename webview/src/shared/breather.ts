/** Room between pieces of work: keys, clicks and frames that wait are served before the next piece. */

/** In milliseconds: what nobody notices, and far more than a turn of the event loop costs. */
const mostAtOnce = 8;

/** Lets everything that waits go first. A timer would wait for 4 ms or more each time. */
export function turn(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((done) => {
    port1.onmessage = () => {
      port1.close();
      done();
    };
    port2.postMessage(null);
  });
}

/** Makes a pause that lets others in whenever work has gone on for a while, and costs next to nothing otherwise. */
export function breather(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < mostAtOnce) return;
    await turn();
    since = performance.now();
  };
}
