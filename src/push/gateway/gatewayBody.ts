import { parseLine } from '../../metrics/parseLine.ts';

/** More than the first line of a body, which is all that is inspected. */
export const enoughBytes = 4096;

/**
 * The message for a success whose body is not from a Pushgateway: a sign-in page, the default backend of an ingress.
 */
export function strangerProblem(status: number): string {
  return `${status}: no Pushgateway at this address (the response is not metrics text)`;
}

/**
 * Whether a body is not from a Pushgateway: a Pushgateway responds to a push with an empty body and to a read with
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

/** Whether the first non-empty line is not from a Pushgateway. */
export function isStrangeLine(line: string): boolean {
  return !line.startsWith('#') && parseLine(line.trimEnd()) === null;
}
