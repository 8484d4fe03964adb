import { createHmac } from 'node:crypto';
import { sameSecret } from '../auth/sameSecret.ts';

/** Verifies `sha256=<hex>` of the raw body, as GitHub signs, in constant time. */
export function isSigned(
  body: Buffer,
  { signature, secret }: { signature: string; secret: string },
): boolean {
  const wanted = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  return isSecretOfHeader(signature.toLowerCase(), wanted);
}

/** Node decodes headers as Latin-1; this restores their bytes. */
export function isSecretOfHeader(header: string, secret: string): boolean {
  return sameSecret(Buffer.from(header, 'latin1'), secret);
}
