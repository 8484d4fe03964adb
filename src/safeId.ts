import { isDeploymentId } from './model.ts';

/**
 * The ID of a deployment for the given one, which a CI may have made of any characters: always the same result. Null if
 * none was given: `none`, or only spaces.
 */
export function safeId(said: string): string | null {
  if (isDeploymentId(said)) return said;
  const given = said.trim();
  if (isDeploymentId(given)) return given;
  if (given === '' || given === 'none') return null;
  // Different given IDs must stay different: the hash is of the whole given text.
  const { createHash } = require('node:crypto') as typeof import('node:crypto');
  const hash = createHash('sha256').update(given, 'utf8').digest('hex').slice(0, 8);
  const letters = given
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 55);
  return letters === '' ? `id-${hash}` : `${letters}-${hash}`;
}
