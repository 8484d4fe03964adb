import { resolve } from 'node:path';
import { usageError } from '../errors.ts';
import { packageManagers, type Tracked } from '../marks.ts';

export interface TrackInput {
  readonly trackFile: readonly string[];
  readonly trackPackages: readonly string[];
}

/**
 * The values of `--track-file` and `--track-packages`, for `start`, `run` and `finish`; a path is relative to the
 * working folder of the command. Throws a usage error.
 */
export function trackedItems({ trackFile, trackPackages }: TrackInput, cwd: string): Tracked {
  const packages = trackPackages.map((word) => {
    const manager = packageManagers.find((one) => one === word);
    if (manager !== undefined) return manager;
    throw usageError(
      `unknown package manager ${JSON.stringify(word)} for --track-packages`,
      `use ${packageManagers.join(', ')}`,
    );
  });
  return { files: trackFile.map((path) => resolve(cwd, path)), packages };
}
