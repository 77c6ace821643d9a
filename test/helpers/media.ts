/** Files that ship with the product: the bundled models and corpus. */
import { fileURLToPath } from 'node:url';

/** A path inside `media/`, such as `media('models/demo-bert')`. */
export function media(path: string): string {
  return fileURLToPath(new URL(`../../media/${path}`, import.meta.url));
}
