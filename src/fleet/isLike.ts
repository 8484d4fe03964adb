/**
 * Whether a text is what a pattern means, in which `*` stands for any characters; upper and lower case are the same. The
 * earliest place of each part is enough: a regular expression would try all of them, for hours with several stars.
 */
export function isLike(text: string, pattern: string): boolean {
  const whole = text.toLowerCase();
  const [head = '', ...parts] = pattern.toLowerCase().split('*');
  const tail = parts.pop();
  if (tail === undefined) return whole === head;
  if (!whole.startsWith(head)) return false;
  let from = head.length;
  for (const part of parts) {
    const at = whole.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return whole.length - tail.length >= from && whole.endsWith(tail);
}
