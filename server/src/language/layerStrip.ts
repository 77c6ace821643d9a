/** Best score of every layer as a row of bars, small enough to stand in a line of text. */
import type { LayerStrip, ThemeKind } from '../protocol/messages';
import { gain } from '../protocol/reading';

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

/** Best scores by layer of one stack, and the scores at which bars begin and are whole. */
type Scores = Pick<LayerStrip, 'chance' | 'end'> & Pick<LayerStrip['stacks'][number], 'best'>;

/** Index of the highest bar, the best layer's; undefined where no layer has a score. */
export function bestLayer({ best, chance, end }: Scores): number | undefined {
  // Below chance too one is the best, so this is no gain, which ends at 0.
  const side = end < chance ? -1 : 1;
  let found: number | undefined;
  best.forEach((score, layer) => {
    if (score !== null && (found === undefined || side * score > side * (best[found] ?? 0))) found = layer;
  });
  return found;
}

/** An SVG image as a data URI. A layer without a score or no better than chance is a line of one pixel. */
export function layerStrip(scores: Scores, theme: ThemeKind): string {
  const { best, chance, end } = scores;
  const highest = bestLayer(scores);
  const step = Math.max(2, Math.min(10, Math.floor(width / Math.max(1, best.length))));
  const bars = best.map((score, layer) => {
    const share = end === chance ? 0 : gain(score, { chance, best: end });
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
