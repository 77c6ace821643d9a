/** Paths as given on the command line, made absolute, and the cache folder. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** `~` and relative paths resolved against the working folder. */
export function absolute(path: string): string {
  return resolve(path.startsWith('~/') ? join(homedir(), path.slice(2)) : path);
}

/** The folder that holds activations: the flag, else GOLGI_CACHE, else the platform's cache folder. */
export function cacheFolder(flag: string | undefined): string {
  const named = flag ?? process.env['GOLGI_CACHE'];
  if (named) return absolute(named);
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'golgi');
  if (process.platform === 'win32') return join(process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'golgi', 'Cache');
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'golgi');
}
