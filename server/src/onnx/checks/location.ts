/** Names of weight files as a model writes them, judged by the rules of every operating system at once. */

/** Why a location is refused: it leaves the folder, or it is no name that every system takes for the same file. */
export interface LocationFault {
  readonly code: 'MODEL_EXTDATA_ESCAPE' | 'MODEL_EXTDATA_BADNAME';
  readonly found: string;
}

const reserved = /^(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³])(\..*)?$/i;

/**
 * Judges an external-data location by its text alone, so that the answer is the same on Windows, macOS and Linux. What
 * passes consists of plain names separated by `/` (and `.`), so joined to a folder it lies in that folder.
 */
export function locationFault(location: string): LocationFault | undefined {
  if (/^[/\\]/.test(location)) return { code: 'MODEL_EXTDATA_ESCAPE', found: 'an absolute path' };
  if (/^[a-z]:/i.test(location)) return { code: 'MODEL_EXTDATA_ESCAPE', found: 'a path on a drive (absolute or relative to the drive)' };
  const parts = location.split(/[/\\]/);
  if (parts.some((part) => part.trim() === '..')) return { code: 'MODEL_EXTDATA_ESCAPE', found: 'a path with ".."' };
  const reason = location.includes('\\') ? 'a path with backslashes' : parts.map(nameFault).find(Boolean);
  if (reason) return { code: 'MODEL_EXTDATA_BADNAME', found: reason };
  if (parts.every((part) => part === '.')) return { code: 'MODEL_EXTDATA_BADNAME', found: 'no file name' };
  return undefined;
}

function nameFault(name: string): string | undefined {
  if (name === '.') return undefined;
  if (name === '') return 'an empty name in the path';
  if (/[\u0000-\u001f\u007f]/.test(name)) return 'a name with control characters';
  if (/[<>:"|?*]/.test(name)) return 'a name with one of < > : " | ? *';
  if (/%(2e|2f|5c|00)/i.test(name)) return 'a name with percent-encoded dots or slashes';
  if (/[. ]$/.test(name)) return 'a name that ends with a dot or blank';
  if (reserved.test(name)) return 'a name that Windows reserves for a device';
  return undefined;
}
