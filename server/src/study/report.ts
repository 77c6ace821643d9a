/** The self-contained HTML report: one file with its data, its script and its style, that opens anywhere offline. */
import type { AnalysisResult } from '../protocol/results';

export interface ReportAssets {
  readonly script: string;
  readonly style: string;
}

/** The page. It may run only its own script and load nothing: the policy names both by their place in this file. */
export function reportHtml(result: AnalysisResult, { script, style }: ReportAssets): string {
  const title = result.provenance.model
    ? `${result.provenance.model.name}: neurons of ${concepts(result)}`
    : `neurons of ${concepts(result)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<title>${escaped(title)}</title>
<style>${style.replaceAll('</style', '<\\/style')}</style>
</head>
<body>
<div id="app"></div>
<script type="application/json" id="result">${JSON.stringify(result).replaceAll('<', '\\u003c')}</script>
<script>${script.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
}

function concepts(result: AnalysisResult): string {
  const names = [...new Set(result.rankings.map(({ concept }) => concept))];
  return names.length <= 3 ? names.join(', ') : `${names.length} concepts`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
