import { visible } from '../text/visible.ts';

/** A field; null is written as an empty field. */
export type CsvValue = string | number | boolean | null;

/**
 * RFC 4180 with a header line: CRLF after every record, quotes if they are needed, doubled inside, and `'` before a text
 * that a spreadsheet would run as a formula.
 */
export function csv(header: readonly string[], records: readonly (readonly CsvValue[])[]): string {
  return [header, ...records].map((record) => `${record.map(field).join(',')}\r\n`).join('');
}

function field(value: CsvValue): string {
  const text = value === null ? '' : typeof value === 'string' ? noFormula(readable(value)) : String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Spreadsheets run texts that begin like this, except plain numbers. A leading apostrophe marks them as text. */
function noFormula(text: string): string {
  const isNumber = /^[+-]?\d{1,15}(?:\.\d{1,15})?$/.test(text);
  return /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(text) && !isNumber ? `'${text}` : text;
}

/** Keeps line ends and tabs, which are data here, and escapes what would act on the terminal of a reader. */
function readable(text: string): string {
  return text
    .split(/(\r\n|[\r\n\t])/)
    .map((piece, index) => (index % 2 === 1 ? piece : visible(piece)))
    .join('');
}
