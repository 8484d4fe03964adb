/** Of bin/load.js; run from the sources, and in a program of one file, everything is loaded already. */
declare const require: { readonly whole?: () => void } | undefined;

/**
 * Loads what the loaded parts of deploytrack may need later, which is otherwise loaded at first use: not while a wrapped command runs,
 * during which an upgrade may replace the parts, nor while the ledger is locked. Throws the loader's error.
 */
export function loadWholeProgram(): void {
  if (typeof require !== 'undefined') require.whole?.();
}

/** The same without an error: a part that cannot be loaded is missed when it is needed. */
export function loadWhatThereIs(): void {
  try {
    loadWholeProgram();
  } catch {}
}
