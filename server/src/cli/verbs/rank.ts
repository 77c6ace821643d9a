import type { Origin } from '../../protocol/workerMessages';
import type { AnalysisResult } from '../../protocol/results';
import { rankingDocuments } from '../../study/rankingDocument';
import { wholeNumber } from '../flags';
import { jsonText, refuseUnwritable, writeByEnding } from '../output';
import { briefText } from '../present/brief';
import { durationText } from '../present/duration';
import { palette } from '../present/marks';
import { isWarning, noteText } from '../present/notes';
import { originText } from '../present/origin';
import { rankingText } from '../present/ranking';
import { rankingEndings, rankingWriters } from '../rankingFiles';
import { rankFlags } from '../rankFlags';
import { rankParams, withModelConcepts } from '../rankParams';
import { defineVerb } from '../verb';

const shownByDefault = 10;

export const rank = defineVerb({
  name: 'rank',
  summary: 'neurons of a concept by one or several methods',
  example: 'golgi rank --model media/models/demo-gpt2 --corpus media/corpus/golgi-sample.jsonl --concept rule:digit --method ap,probeless',
  flags: rankFlags,
  async run({ values, outside }) {
    const top = values.top === undefined ? undefined : wholeNumber('rank', 'top', values.top, { min: 1, fallback: shownByDefault });
    const params = rankParams('rank', await withModelConcepts(values));
    await refuseUnwritable('rank', values.out, rankingEndings);
    // Files take the place of text, unless the brief table was asked for beside them.
    const inText = !values.json && (values.out.length === 0 || values.brief);
    const paint = palette(outside.colour);

    // Said as soon as it is known, seconds before the scores; after a restart of the worker it is not said again.
    let originIsSaid = !inText;
    const sayOrigin = (origin: Origin): void => {
      if (!originIsSaid) outside.out(originText(origin, paint));
      originIsSaid = true;
    };
    const result = await outside.runJob('rank', params, { onBegun: sayOrigin });
    sayOrigin({ provenance: result.provenance, neurons: result.neurons.length });

    for (const path of values.out) outside.error(`written to ${await writeByEnding('rank', path, rankingWriters(result, top))}\n`);
    if (values.json) outside.out(jsonText(rankingDocuments(result, top)));
    else if (inText) outside.out(rankingsText(result, { top: top ?? shownByDefault, brief: values.brief, width: outside.width, paint }));
    else result.provenance.notes.filter(isWarning).forEach((note) => outside.error(`${noteText(note)}\n`));
  },
});

/** All rankings of a result as text, and how long they took. */
function rankingsText(
  result: AnalysisResult,
  { brief, ...options }: Parameters<typeof rankingText>[2] & { readonly brief: boolean },
): string {
  const rankings = brief ? [briefText(result, options)] : result.rankings.map((ranking) => rankingText(result, ranking, options));
  return [...rankings, options.paint.dim(`ranked in ${durationText(result.provenance.elapsedMs)}`), ''].join('\n');
}
