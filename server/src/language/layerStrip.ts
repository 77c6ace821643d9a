/** Best score of every layer as a row of bars, small enough to stand in a line of text. */
import type { ThemeKind } from '../protocol/messages';

/** A picture cannot see the theme's variables: bars, and the highest one as `golgi.positive` has it. */
const colours: Readonly<Record<ThemeKind, { readonly bar: string; readonly best: string }>> = {
  dark: { bar: '#8b8b8b', best: '#f0983a' },
  light: { bar: '#8f8f8f', best: '#c86400' },
  hcDark: { bar: '#ffffff', best: '#ffa94d' },
  hcLight: { bar: '#292929', best: '#8a4300' },
};

const height = 14;
/** Pixels of all bars together, at most. */
const width = 160;

/** Index of the highest bar; undefined where no layer has a score. */
export function bestLayer(best: readonly (number | null)[]): number | undefined {
  let found: number | undefined;
  best.forEach((score, layer) => {
    if (score !== null && (found === undefined || score > (best[found] ?? -Infinity))) found = layer;
  });
  return found;
}

/** An SVG image as a data URI. Bars begin at `floor` (chance); a layer without a score or below it is a line of one pixel. */
export function layerStrip(best: readonly (number | null)[], floor: number, theme: ThemeKind): string {
  const highest = bestLayer(best);
  const top = highest === undefined ? floor : (best[highest] ?? floor);
  const step = Math.max(2, Math.min(10, Math.floor(width / Math.max(1, best.length))));
  const bars = best.map((score, layer) => {
    const share = score === null || top <= floor ? 0 : Math.max(0, (score - floor) / (top - floor));
    const size = Math.max(1, Math.round(share * height));
    return `M${layer * step} ${height - size}h${step - 1}v${size}h-${step - 1}z`;
  });
  const { bar, best: lit } = colours[theme];
  const others = bars.filter((_, layer) => layer !== highest).join('');
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${best.length * step}" height="${height}">` +
    `<path fill="${bar}" d="${others}"/><path fill="${lit}" d="${highest === undefined ? '' : bars[highest]}"/></svg>`;
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}
