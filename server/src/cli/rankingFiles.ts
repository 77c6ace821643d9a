/** A ranking as a file: the result itself, the document of --json, tables, a matrix, a page to read. */
import { parquetWriteBuffer } from 'hyparquet-writer';
import { reportHtml } from '../study/report';
import { flatRows, rankingDocuments } from '../study/rankingDocument';
import { resultText } from '../study/resultFile';
import type { AnalysisResult } from '../protocol/results';
import { npyBytes } from '../activations/npy';
import type { Writers } from './output';
import { csvCell, jsonText } from './output';
import { reportAssets } from './reportAssets';

const columns = [
  'concept',
  'method',
  'rank',
  'neuron',
  'layer',
  'tap',
  'unit',
  'score',
  'direction',
  'chance',
  'positive',
  'negative',
  'q',
  'reason',
] as const;
const texts = new Set<string>(['concept', 'method', 'neuron', 'tap', 'reason']);

/** Endings of the files that a ranking can be written to. */
export const rankingEndings = ['.golgi-result.json', '.json', '.csv', '.parquet', '.npy', '.html'] as const;

/** Writers by file ending. `top` limits tables and documents; the result file always holds every neuron. */
export function rankingWriters(result: AnalysisResult, top: number | undefined): Writers<(typeof rankingEndings)[number]> {
  return {
    '.golgi-result.json': () => resultText(result),
    '.json': () => jsonText(rankingDocuments(result, top)),
    '.csv': () =>
      `${columns.join(',')}\n${flatRows(result, top)
        .map((row) => columns.map((name) => csvCell(row[name] ?? null)).join(','))
        .join('\n')}\n`,
    '.parquet': () => parquet(result, top),
    '.npy': () => scoreMatrix(result),
    '.html': async () => reportHtml(result, await reportAssets()),
  };
}

function parquet(result: AnalysisResult, top: number | undefined): Uint8Array {
  const rows = flatRows(result, top);
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: columns.map((name) => ({
        name,
        type: texts.has(name) ? ('STRING' as const) : ('DOUBLE' as const),
        data: rows.map((row) => row[name] ?? null),
      })),
    }),
  );
}

/** Scores as rankings × neurons in float64; NaN marks undefined, as everywhere in `.npy` files. */
function scoreMatrix(result: AnalysisResult): Uint8Array {
  const width = result.neurons.length;
  const values = new Float64Array(result.rankings.length * width);
  result.rankings.forEach((ranking, r) => ranking.score.forEach((score, n) => (values[r * width + n] = score ?? Number.NaN)));
  return npyBytes({ dtype: 'f8', shape: [result.rankings.length, width], data: values });
}
