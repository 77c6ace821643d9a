/**
 * Showing a word of the corpus in its editor. A word is known by its number, so that edits above it do not matter; where the
 * line itself has changed, that is said and nothing is highlighted.
 */
import type { ExampleRow, WordsOnLines } from '../../../server/src/protocol/messages';
import { wordsOnLines } from '../../../server/src/protocol/messages';
import type { Selection } from '../../../server/src/protocol/views';
import type { Stretch } from '../ui';
import type { CommandServices } from './services';

type Place = NonNullable<Selection['place']>;
type Services = Pick<CommandServices, 'session' | 'study' | 'ui' | 'selection'>;

/** Lines around the place where a word was seen last that are searched for it. */
const reach = 500;

/** Shows an example of the explorer; Back returns to where one was. */
export async function showExample(services: Services, { word, line, text, start, end, value }: ExampleRow): Promise<void> {
  const { study, selection } = services;
  const corpus = study.openCorpus;
  if (!corpus) return;
  const place: Place = { uri: corpus.uri, word, line, text: text.slice(start, end), value, percentile: null };
  if (await showPlace(services, place)) selection.send({ type: 'place', place, recorded: true });
}

/** Shows an example in a peek below the cursor, so that nobody has to leave the line they are on. */
export async function peekExample(services: Services, { word, line, text, start, end }: ExampleRow): Promise<void> {
  const { study, ui } = services;
  const corpus = study.openCorpus;
  if (!corpus) return;
  const found = await findWord(services, { uri: corpus.uri, word, line, text: text.slice(start, end) });
  if (found) await ui.peek(ui.cursorIn(corpus.uri) ?? found, [found]);
}

/** Shows a word where it is now; false when its line has changed since the corpus was read, which is said. */
export async function showPlace(services: Services, place: Place): Promise<boolean> {
  const found = await findWord(services, place);
  if (found) await services.ui.reveal(found);
  return found !== undefined;
}

/** Where a word is now, in its opened document; undefined when its line has changed since the corpus was read, which is said. */
async function findWord(
  { session, study, ui }: Services,
  { uri, word, line, text }: Pick<Place, 'uri' | 'word' | 'line' | 'text'>,
): Promise<Stretch | undefined> {
  const corpus = study.openCorpus;
  if (corpus?.uri !== uri) return undefined;
  // Only of an open document does the server know how it differs from what was read.
  await ui.openDocument(uri, { preview: true });
  const find = async (fromLine: number, toLine: number): Promise<WordsOnLines['words'][number] | undefined> => {
    const { words } = await session.ask(wordsOnLines, { corpus: corpus.id, fromLine, toLine });
    return words.find((candidate) => candidate.word === word);
  };
  const found = (await find(line, line)) ?? (await find(Math.max(0, line - reach), line + reach));
  if (!found) {
    ui.tell(`The line of “${text}” has changed since the corpus was read.`, { title: 'Read Again', command: 'golgi.readAgain' });
    return undefined;
  }
  return { uri, line: found.line, character: found.start, length: found.end - found.start };
}
