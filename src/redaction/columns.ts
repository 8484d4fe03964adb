import { isHarmless, looksMade } from './harmless.ts';
import { isSecretName } from './secretName.ts';

/** A name at the start of a line and one word behind it, alone: in columns, between lines of a table, as a directive. */
const line =
  /^([ \t]{0,80}(?:[|│┃][ \t]{1,8})?["']?([\w./:-]{1,100})["']?(\t[ \t]{0,80}|[ \t]{1,80}(?:[|│┃][ \t]{1,80})?|\|))([^\s|│┃]{1,1024})([ \t]{0,80}[;|│┃]?[ \t]{0,8})$/;
const isCell = /[|│┃]/;

/** `password<tab>…`, `DB_PASSWORD   …`, `| token | … |`, `requirepass …`. */
export function hideColumns(text: string): string {
  return text
    .split('\n')
    .map((one) => (one.length > 1400 ? one : hiddenColumn(one)))
    .join('\n');
}

function hiddenColumn(one: string): string {
  const found = line.exec(one.endsWith('\r') ? one.slice(0, -1) : one);
  if (found === null) return one;
  const [, before = '', name = '', gap = '', value = '', behind = ''] = found;
  if (
    name === 'PASS' ||
    !isSecretName(name) ||
    isHarmless(value) ||
    /^[-+]?[=:>|<({[-]|^\d{1,9}$|^[-=+]{2,}$/.test(value)
  )
    return one;
  if (name.endsWith(':') || /^["']?\*{3}/.test(value)) return one;
  // The head of a table, the words of a sentence.
  const isHead = /^[A-Z][A-Z_ ]*$/.test(name) && /^[A-Z_]+$/.test(value);
  const isWide = gap.includes('\t') || gap.length > 1 || isCell.test(gap);
  if (isHead || (!isWide && !looksMade(value) && !isDirective.test(name))) return one;
  return `${before}***${behind}${one.endsWith('\r') ? '\r' : ''}`;
}

/** Names of a configuration that no sentence begins with. */
const isDirective = /^(?:requirepass|masterauth|bindpw|rootpw|olcRootPW)$/;
