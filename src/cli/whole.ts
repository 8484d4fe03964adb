import { notLoaded } from './notLoaded.ts';

/** Of bin/load.js; run from the sources, and in a program of one file, everything is loaded already. */
declare const require: { readonly whole?: () => void } | undefined;

/**
 * Loads what the loaded parts of deploytrack may need later: parts load each other at first use, and during a wrapped command an
 * upgrade may replace them. Throws NotLoaded.
 */
export function loadWhole(): void {
  if (typeof require === 'undefined') return;
  try {
    require.whole?.();
  } catch (error) {
    notLoaded(error);
  }
}
