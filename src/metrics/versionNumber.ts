import { wellFormed } from '../model.ts';

/**
 * A version as a sample value. `v?N.N[.N][-pre][+build]` keeps its order: major*1e8 + minor*1e4 + patch, minus 0.5 for
 * a pre-release. Any other text is a negative identity (equal means equal, nothing else): for a commit its first 7 hex
 * digits, in short and long form alike; otherwise those of its SHA-256.
 */
export function versionNumber(version: string): number {
  const parts = /^v?(\d{1,7})\.(\d{1,4})(?:\.(\d{1,4}))?(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/.exec(
    version,
  );
  if (parts === null) return identity(version);
  const [, major = '0', minor = '0', patch = '0', preRelease] = parts;
  const release = Number(major) * 1e8 + Number(minor) * 1e4 + Number(patch);
  return preRelease === undefined ? release : release - 0.5;
}

function identity(text: string): number {
  const hex = /^[0-9a-f]{7,40}$/i.test(text) ? text : sha256(text);
  return -(Number.parseInt(hex.slice(0, 7), 16) + 1);
}

/** Loaded only here: most versions need no hash, and a mark should not pay for it. */
function sha256(text: string): string {
  const { createHash } = require('node:crypto') as typeof import('node:crypto');
  return createHash('sha256').update(wellFormed(text)).digest('hex');
}
