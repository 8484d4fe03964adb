import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** `sha256=<hex>` of the raw body, as GitHub signs. The comparison takes the same time wherever two differ. */
export function isSigned(
  body: Buffer,
  { signature, secret }: { signature: string; secret: string },
): boolean {
  const wanted = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  return isSame(signature.toLowerCase(), wanted);
}

/**
 * Whether a header is a text, in a time that depends on neither: their digests are as long as each other. Headers come
 * as Latin-1, whatever their bytes were.
 */
export function isSame(header: string, wanted: string): boolean {
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
  return timingSafeEqual(digest(Buffer.from(header, 'latin1')), digest(Buffer.from(wanted, 'utf8')));
}
