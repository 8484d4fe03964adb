import { isDeploymentId } from './model.ts';

/**
 * The id of a deployment for the one that was given, which a CI may have made of any letters: always the same. Null where
 * none was given: `none`, or nothing but blanks.
 */
export function safeId(said: string): string | null {
  if (isDeploymentId(said)) return said;
  const given = said.trim();
  if (isDeploymentId(given)) return given;
  if (given === '' || given === 'none') return null;
  // Other ids of the same letters are other deployments: the hash is of all that was given.
  const { createHash } = require('node:crypto') as typeof import('node:crypto');
  const hash = createHash('sha256').update(given, 'utf8').digest('hex').slice(0, 8);
  const letters = given
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 55);
  return letters === '' ? `id-${hash}` : `${letters}-${hash}`;
}
