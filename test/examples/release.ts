import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { repository, type Site } from './site.ts';

/** The releases of the demo: two good ones, one whose migration fails, one that never becomes healthy. */
const options = {
  '1.0.0': ['--migrations', '1'],
  '2.0.0': [],
  '3.0.0': ['--broken', 'migration'],
  '4.0.0': ['--broken', 'health'],
} as const;

export type Release = keyof typeof options;

/** Packs one release of the example service and returns its path. */
export function pack(site: Site, version: Release): string {
  const zip = path.join(site.folder, `notes-${version}.zip`);
  execFileSync('python3', [
    path.join(repository, 'examples/app/package.py'),
    version,
    zip,
    ...options[version],
  ]);
  return zip;
}

/** The response of the service on /health, or null if it does not respond. */
export async function served(site: Site): Promise<{ version: string; status: string } | null> {
  try {
    const answer = await fetch(`http://127.0.0.1:${site.port}/health`);
    return (await answer.json()) as { version: string; status: string };
  } catch {
    return null;
  }
}
