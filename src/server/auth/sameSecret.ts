import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Compares in constant time: both values are hashed with a random key, so that the time reveals neither the first
 * difference nor the length. `given` is bytes, or a text in UTF-8.
 */
export function sameSecret(given: Buffer | string, secret: string): boolean {
  const key = randomBytes(32);
  const hash = (content: Buffer | string) => createHmac('sha256', key).update(content).digest();
  return timingSafeEqual(hash(given), hash(secret));
}
