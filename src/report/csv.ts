import { visible } from '../text/visible.ts';

/** A field: null is empty. */
export type CsvValue = string | number | boolean | null;

/**
 * RFC 4180 with a header line: CRLF after every record, quotes where they are needed, doubled inside; `'` before a text that
 * a spreadsheet would run.
 */
export function csv(header: readonly string[], records: readonly (readonly CsvValue[])[]): string {
  return [header, ...records].map((record) => `${record.map(field).join(',')}\r\n`).join('');
}

function field(value: CsvValue): string {
  const text = value === null ? '' : typeof value === 'string' ? noFormula(readable(value)) : String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A spreadsheet runs what begins like this, but for plain numbers, and takes an apostrophe before it as "this is text". */
function noFormula(text: string): string {
  const isNumber = /^[+-]?\d{1,15}(?:\.\d{1,15})?$/.test(text);
  return /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(text) && !isNumber ? `'${text}` : text;
}

/** Line ends and tabs are data here; escapes and overrides would reach the terminal of whoever looks. */
function readable(text: string): string {
  return text
    .split(/(\r\n|[\r\n\t])/)
    .map((piece, index) => (index % 2 === 1 ? piece : visible(piece)))
    .join('');
}
