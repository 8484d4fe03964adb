import { usageError } from '../errors.ts';

/** An address for people, from an option. Throws a usage error if it is not the http address of a page. */
export function pageAddress(text: string | null, option: string): string | null {
  if (text === null || (/^https?:\/\/[^\s"\\$]+$/i.test(text) && URL.canParse(text))) return text;
  throw usageError(`invalid URL ${JSON.stringify(text)} for ${option}; expected https://host/path`);
}
