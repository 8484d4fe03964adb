import type { ValueType } from '../cli/define/option.ts';
import { redactAddress, redactToCut } from '../redact.ts';

/** Values that may contain a user and a password. */
const addresses: readonly ValueType[] = ['url', 'urls', 'proxy', 'store'];

/** A value of a setting as a message quotes it. */
export function shownValue(type: ValueType, text: string): string {
  return quoted(addresses.includes(type) ? withoutSecrets(text) : text);
}

/** Even an invalid URL may contain a password: nothing before the last `@`, or in its query, is shown. */
function withoutSecrets(text: string): string {
  return redactAddress(text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@'));
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${redactToCut(text, 80).slice(0, 77)}…` : text);
}
