/** Parts of a problem, such as what was found and the remedy, as a person reads them one after the other. */

/** Each part as a sentence: with a capital, unless it starts with a name such as `model.onnx` or the command `golgi`, and a full stop, unless it ends with one. Empty parts are left out. */
export function sentences(...parts: readonly string[]): string {
  return parts
    .filter((part) => part !== '')
    .map((part) => part.replace(/^(?!golgi )\p{Ll}[\p{L}’'-]*(?=[,;:]?(?:\s|$))/u, capitalized) + (/[.!?…]$/u.test(part) ? '' : '.'))
    .join(' ');
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
