import { parseLine } from '../../metrics/parseLine.ts';

/** More than the first line of a body, which is all that is looked at. */
export const enoughBytes = 4096;

/** Said of a success whose body no Pushgateway writes: a sign-in page, the default backend of an ingress. */
export function strangerProblem(status: number): string {
  return `${status}: no Pushgateway at this address (its answer is no metrics text)`;
}

/**
 * Whether a body is something that no Pushgateway writes: a Pushgateway answers a push with nothing and a question with
 * metrics text. Null while more of it is needed; `isWhole`: nothing more will come.
 */
export function isStrange(
  body: string,
  { contentType, isWhole }: { contentType: string | undefined; isWhole: boolean },
): boolean | null {
  const text = body.trimStart();
  if (text === '') return isWhole ? false : null;
  if (/text\/html/i.test(contentType ?? '') || text.startsWith('<')) return true;
  if (text.startsWith('#')) return false;
  const end = text.indexOf('\n');
  if (end === -1 && !isWhole && text.length < enoughBytes) return null;
  return isStrangeLine(end === -1 ? text : text.slice(0, end));
}

/** Whether the first line with words in it is one that no Pushgateway writes. */
export function isStrangeLine(line: string): boolean {
  return !line.startsWith('#') && parseLine(line.trimEnd()) === null;
}
