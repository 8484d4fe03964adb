import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { loadBundle } from './bundle.ts';
import { DeploytrackError } from './errors.ts';
import { programVersion } from './programVersion.ts';
import { typedPath } from './text/shellArgument.ts';

/** The version of a bundle: an interrupted upgrade leaves bundles of two versions. */
export interface Versioned {
  readonly version: string;
}

/**
 * Loads a bundle on its first call. Throws a DeploytrackError, the same on every call, if the bundle is missing,
 * damaged or of another version.
 */
export function bundleLoader<Bundle extends Versioned>(file: string): () => Bundle {
  let loaded: Bundle | undefined;
  let error: DeploytrackError | undefined;
  return () => {
    if (error !== undefined) throw error;
    try {
      loaded ??= load<Bundle>(file);
      return loaded;
    } catch (cause) {
      error = cause instanceof DeploytrackError ? cause : brokenPart(file, cause);
      throw error;
    }
  };
}

function load<Bundle extends Versioned>(file: string): Bundle {
  const bundle = loadBundle(file) as Partial<Bundle>;
  if (bundle.version === programVersion) return bundle as Bundle;
  throw brokenPart(
    file,
    bundle.version === undefined
      ? 'it is truncated'
      : `it is of version ${bundle.version}, not ${programVersion}`,
  );
}

/** The error for a file of deploytrack that is missing or damaged, with the command that restores it. */
export function brokenPart(file: string, cause: unknown): DeploytrackError {
  const root = dirname(dirname(file));
  const what = `${join(basename(dirname(file)), basename(file))} of deploytrack`;
  const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
  return new DeploytrackError({
    code: 'INSTALLATION',
    message: existsSync(file) ? `${what} cannot be used: ${why}` : `${what} is missing`,
    hint: existsSync(join(root, 'scripts/build.mjs'))
      ? `run npm run build --prefix ${typedPath(root)}`
      : `reinstall deploytrack in ${root}: the installation is incomplete`,
    cause,
  });
}
