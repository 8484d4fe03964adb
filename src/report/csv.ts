import { visible } from './visible.ts';

/** A field: null is empty. */
export type CsvValue = string | number | boolean | null;

/** RFC 4180 with a header line: CRLF after every record, quotes where they are needed, doubled inside. */
export function csv(header: readonly string[], records: readonly (readonly CsvValue[])[]): string {
  return [header, ...records].map((record) => `${record.map(field).join(',')}\r\n`).join('');
}

function field(value: CsvValue): string {
  const text = value === null ? '' : typeof value === 'string' ? readable(value) : String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Line ends and tabs are data here; escapes and overrides would reach the terminal of whoever looks. */
function readable(text: string): string {
  return text
    .split(/(\r\n|[\r\n\t])/)
    .map((piece, index) => (index % 2 === 1 ? piece : visible(piece)))
    .join('');
}
