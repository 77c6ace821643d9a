/** Keeps out of a demonstration what nobody wants to meet in one: slurs, sex, cruelty, party politics. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Words that the package cuss rates as possibly or likely offensive; the rating 0 (unlikely) holds many harmless ones. */
export async function blockedWords(modules) {
  const { cuss } = await import(pathToFileURL(join(modules, 'cuss/index.js')).href);
  return new Set(Object.keys(cuss).filter((word) => cuss[word] > 0));
}

// Themes rather than words. They take harmless sentences along, of which there are enough.
const themes =
  /\b(kill|murder|rap(e|ed|ing|ist)\b|suicid|terror|tortur|massacr|genocid|slaughter|corpse|dead\b|death|die[ds]?\b|dying|blood|weapon|gun|bomb|shot\b|stab|hang(ed|ing)\b|execut(ed|ion)|slave|nazi|hitler|holocaust|nude|naked|sex|breast|prostitut|whore|porn|erotic|drunk|drug|cocaine|heroin|addict|fat\b|ugly|stupid|idiot|retard|crippl|lunatic|insan|jock|eskimo|police|prison|savage|heathen|pagan|cannibal|negro|coloured|colored|black(s| (man|men|people|boy))|white(s| (man|men|people))|jew|muslim|islam|christian|god\b|jesus|christ|indian|gyps|tribe|ethnic|racial|race\b|racis|gay|lesbian|homosexual|abort|queer|democrats?\b|republicans?\b|communis|terroris|al.qa|iraq|regime|soviet|hell\b|damn|devil|women's|wife beat|rebel|insurgen|coup\b|assassinat|violen|abus|victim|crim)/i;

/** The dialects that the novel gives to sailors who are not white. */
const caricature =
  /\b(bress|noder|debel|dat|dere|dey|ebery|gib|hab|wid|massa|him say|kill-e|look-e|who-e|tink|gettee|berry soon|complexioned)\b/i;

/** Whether a sentence may be shown to anybody. */
export function decent(text, blocked) {
  const words = text.toLowerCase().match(/[a-z]+/g) ?? [];
  return !themes.test(text) && !caricature.test(text) && !words.some((word) => blocked.has(word));
}
