/** Where a graph is edited, and the inputs through which a session is told what to change there. */
import { tapText } from '../../protocol/neurons';
import type { TapTensor } from '../taps/tap';

/**
 * One tap that can be changed. `dense`: inputs for every neuron, [1, neurons] or [texts × tokens, neurons]. `sparse`: inputs
 * for chosen numbers only, wherever they lie, so that a few edits of a wide layer cost nothing.
 */
export interface EditSite {
  readonly tap: TapTensor;
  readonly form: 'dense' | 'sparse';
}

/** The inputs of a site by what they hold: numbers of a `Change`, and of the sparse form which cells they are for. */
type SiteInputs = Readonly<Record<'scale' | 'add' | 'low' | 'high' | 'cells', string>>;

/** Names of a site's inputs; no exporter writes such names. */
export function inputsOf({ tap: { point } }: EditSite): SiteInputs {
  const name = (part: string) => `golgi:${part}(${tapText(point)})`;
  return { scale: name('scale'), add: name('add'), low: name('low'), high: name('high'), cells: name('cells') };
}

/** Which session a set of sites needs: part of the key under which sessions are kept. */
export function sitesText(sites: readonly EditSite[]): string {
  return sites.map(({ tap, form }) => `${tapText(tap.point)}/${form}`).join(' ');
}
