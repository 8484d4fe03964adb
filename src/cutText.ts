/** The text well-formed and no longer than so many bytes of UTF-8, cut at a character. */
export function cutToBytes(text: string, maxBytes: number): string {
  const wellFormed = text.toWellFormed();
  // No code unit has more than 3 bytes: most texts need no counting.
  if (wellFormed.length * 3 <= maxBytes || Buffer.byteLength(wellFormed) <= maxBytes) return wellFormed;
  let bytes = 0;
  let end = 0;
  for (const character of wellFormed) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    end += character.length;
  }
  return wellFormed.slice(0, end);
}
