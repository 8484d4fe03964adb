import { createHmac } from 'node:crypto';
import { sameSecret } from '../auth/sameSecret.ts';

/** `sha256=<hex>` of the raw body, as GitHub signs. The comparison takes the same time wherever two differ. */
export function isSigned(
  body: Buffer,
  { signature, secret }: { signature: string; secret: string },
): boolean {
  const wanted = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  return isSecretOfHeader(signature.toLowerCase(), wanted);
}

/** Headers come as Latin-1, whatever their bytes were. */
export function isSecretOfHeader(header: string, secret: string): boolean {
  return sameSecret(Buffer.from(header, 'latin1'), secret);
}
