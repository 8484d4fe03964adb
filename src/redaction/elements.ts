import { isSecretName } from './secretName.ts';

const [open, close] = ['(?:<|&lt;|\\\\u003c)', '(?:>|&gt;|\\\\u003e)'];
const element = new RegExp(
  `${open}([\\w:.-]{1,64})((?:\\s(?:(?!&[lg]t;|\\\\u003)[^<>]){0,256})?)${close}`,
  'g',
);
const nameOf = /\s(?:name|key|id|property)\s{0,4}=\s{0,4}["']([^"']{1,128})["']/i;
const nextElement = new RegExp(`${open}/[\\w:.-]{1,64}${close}\\s{0,80}${open}[\\w:.-]{1,64}${close}`, 'y');
const ends = /<(?!!\[CDATA\[)|&lt;|\\u003c/g;

/** `<password>…</password>`, `<entry key="password">…</entry>`, `<key>password</key><string>…</string>`. */
export function hideElements(text: string): string {
  let kept = '';
  let from = 0;
  for (const found of text.matchAll(element)) {
    const [tag, name = '', attributes = ''] = found;
    const inside = found.index + tag.length;
    if (inside <= from || attributes.endsWith('/')) continue;
    const begin = isOfSecret(name, attributes) ? inside : behindName(text, inside);
    if (begin === null) continue;
    const end = endOfContent(text, begin);
    if (text.slice(begin, Math.min(end, begin + 64)).trim() === '') continue;
    kept += `${text.slice(from, begin)}***`;
    from = end;
  }
  return kept + text.slice(from);
}

function isOfSecret(name: string, attributes: string): boolean {
  return isSecretName(name) || isSecretName(nameOf.exec(attributes)?.[1] ?? '');
}

/**
 * The start of the value, in an element of its own, after one that contains the name of a secret; null if none does.
 */
function behindName(text: string, inside: number): number | null {
  const content = text.slice(inside, inside + 100);
  const length = content.search(/<|&lt;|\\u003c/);
  if (
    length < 1 ||
    !/^\s*[\w.:-]+\s*$/.test(content.slice(0, length)) ||
    !isSecretName(content.slice(0, length).trim())
  )
    return null;
  nextElement.lastIndex = inside + length;
  return nextElement.test(text) ? nextElement.lastIndex : null;
}

function endOfContent(text: string, begin: number): number {
  ends.lastIndex = begin;
  return ends.exec(text)?.index ?? text.length;
}
