/** Script and style of the report page, which the build lays beside the program. */
import { readFile } from 'node:fs/promises';
import type { ReportAssets } from '../study/report';

/** Reads both; they are part of the program, so a missing one is a defect. */
export async function reportAssets(): Promise<ReportAssets> {
  const [script, style] = await Promise.all(
    ['report.js', 'report.css'].map((name) => readFile(new URL(`./webview/${name}`, import.meta.url), 'utf8')),
  );
  return { script: script ?? '', style: style ?? '' };
}
