import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';

/** What stands around a bundle when its code cache is made and when it is loaded: the same to the letter. */
export const wrapper = ['(function(exports,require,module){', '\n})'] as const;

/**
 * Loads a CommonJS bundle. The build lays a code cache beside it, made by its own Node: there the bundle is not compiled
 * again, which is a fifth of a mark's time. Another Node refuses the cache and compiles, as it would have without one.
 */
export function loadBundle(file: string): unknown {
  const cached = read(`${file}.cache`);
  if (cached === null) return createRequire(file)(file);
  const source = readFileSync(file);
  const cachedData = cacheIn(cached, source);
  if (cachedData === null) return createRequire(file)(file);
  const script = new Script(wrapper.join(source.toString('latin1')), { filename: file, cachedData });
  if (script.cachedDataRejected === true) return createRequire(file)(file);
  const module = { exports: {} as unknown };
  (script.runInThisContext() as (...parts: unknown[]) => void)(module.exports, createRequire(file), module);
  return module.exports;
}

/**
 * What the build lays beside a bundle: the bundle, and the cache twice. V8 knows a source by its length alone, so that the
 * cache of an older one would pass, and it looks at no byte of a cache: a wrong one ends the process.
 * @public for scripts/codeCache.mjs
 */
export function cacheFile(source: Buffer, cache: Buffer): Buffer {
  return Buffer.concat([source, cache, cache]);
}

/** The cache of this source; null where it is another's, or not as it was written. */
function cacheIn(bytes: Buffer, source: Buffer): Buffer | null {
  const caches = bytes.subarray(source.length);
  const [one, other] = [caches.subarray(0, caches.length / 2), caches.subarray(caches.length / 2)];
  return one.length > 0 && one.equals(other) && bytes.subarray(0, source.length).equals(source) ? one : null;
}

function read(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}
