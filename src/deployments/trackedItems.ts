import { resolve } from 'node:path';
import { usageError } from '../errors.ts';
import { packageManagers, type Tracked } from '../marks.ts';

export interface TrackInput {
  readonly trackFile: readonly string[];
  readonly trackPackages: readonly string[];
}

/**
 * What `--track-file` and `--track-packages` name, of `start`, `run` and `finish`; where a file lies is settled by where the
 * words are said. Throws a usage error.
 */
export function trackedItems({ trackFile, trackPackages }: TrackInput, cwd: string): Tracked {
  const packages = trackPackages.map((word) => {
    const manager = packageManagers.find((one) => one === word);
    if (manager !== undefined) return manager;
    throw usageError(
      `--track-packages: ${JSON.stringify(word)} is no package manager that can be asked`,
      `expected ${packageManagers.join(', ')}`,
    );
  });
  return { files: trackFile.map((path) => resolve(cwd, path)), packages };
}
