/** Files whose names mean something as patterns, in an editor that is played by the test. */
import { expect, test, vi } from 'vitest';

const listeners: ((uri: { toString(): string }) => void)[] = [];
const watched: unknown[] = [];

vi.mock('vscode', () => {
  const listen = (listener: (uri: { toString(): string }) => void) => {
    listeners.push(listener);
    return { dispose: () => listeners.splice(listeners.indexOf(listener), 1) };
  };
  return {
    Disposable: { from: (...all: { dispose(): void }[]) => ({ dispose: () => all.forEach((each) => each.dispose()) }) },
    RelativePattern: class {
      constructor(base: string, pattern: string) {
        watched.push([base, pattern]);
      }
    },
    Uri: { joinPath: (uri: string) => uri.slice(0, uri.lastIndexOf('/')) },
    workspace: {
      createFileSystemWatcher: () => ({ onDidChange: listen, onDidCreate: listen, onDidDelete: listen, dispose: () => undefined }),
    },
  };
});

test('a file is watched by its name and not by what the name means as a pattern, until nobody wants to know', async () => {
  const { watchFile } = await import('../../../extension/src/watchFile');
  let heard = 0;
  const watching = watchFile('file:///w/corpus[1].txt' as never, () => heard++);
  expect(watched).toEqual([['file:///w', '*']]);
  for (const name of ['corpus[1].txt', 'corpus1.txt']) for (const tell of [...listeners]) tell(`file:///w/${name}`);
  expect(heard).toBe(3);
  watching.dispose();
  expect(listeners).toEqual([]);
});
