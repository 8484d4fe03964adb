import { isHarmless, looksMade } from './harmless.ts';
import { isSecretName } from './secretName.ts';

/** A name at the start of a line and a single word after it: in columns, between lines of a table, as a directive. */
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
  if (isState.test(value) || (isComponent.test(name) && !looksMade(value))) return one;
  if (name.endsWith(':') || /^["']?\*{3}/.test(value)) return one;
  // The header of a table, or words of a sentence.
  const isHead = /^[A-Z][A-Z_ ]*$/.test(name) && /^[A-Z_]+$/.test(value);
  const isWide = gap.includes('\t') || gap.length > 1 || isCell.test(gap);
  if (isHead || (!isWide && !looksMade(value) && !isDirective.test(name))) return one;
  return `${before}***${behind}${one.endsWith('\r') ? '\r' : ''}`;
}

/** Common values in tables of clusters, containers and services: a state, a kind, an age, a number. */
const isState =
  /^(?:running|ready|pending|succeeded|completed?|(?:un)?healthy|(?:in)?active|up|down|exit(?:ed)?|created|creating|start(?:ed|ing)|stopp(?:ed|ing)|bound|available|unavailable|terminat(?:ed|ing)|restart(?:ed|ing)|waiting|pull(?:ed|ing)|built|building|recreated?|removed|removing|ok|done|skipped|pass(?:ed)?|fail(?:ed)?|synced|deployed|opaque|clusterip|nodeport|loadbalancer|externalname|\w{0,24}(?:error|backoff|killed)|(?:not|con)\w{0,16}ready|\d{1,5}\/\d{1,5}|(?:\d{1,6}(?:ms|[smhdwy])){1,4})$/i;
const isComponent =
  /[_-](?:services?|svc|servers?|managers?|api|proxy|operator|controller|workers?|provider|broker|gateway|agent|daemon|sync\w{0,8}|reloader|init|migrat\w{1,8}|db|cache|web|ui|app|job|csi|webhook|\d{1,3}|[a-f0-9]{8,10}(?:-[a-z0-9]{5})?)$/i;

/** Names of a configuration that cannot begin a sentence. */
const isDirective = /^(?:requirepass|masterauth|bindpw|rootpw|olcRootPW)$/;
