import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Whether what somebody sent is the secret, in a time that tells neither where they differ nor how long it is: of both, a
 * hash by a key that nobody knows is compared. `given` as its bytes, or as a text in UTF-8.
 */
export function sameSecret(given: Buffer | string, secret: string): boolean {
  const key = randomBytes(32);
  const hash = (content: Buffer | string) => createHmac('sha256', key).update(content).digest();
  return timingSafeEqual(hash(given), hash(secret));
}
