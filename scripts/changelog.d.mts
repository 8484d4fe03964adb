/**
 * The text with the Unreleased changes moved under the version; unchanged if that was done before. Throws if
 * there is nothing to release.
 */
export function released(text: string, release: { version: string; date: string }): string;
/** The changes of a version, without its heading; null if it has no section. */
export function partOf(text: string, version: string): string | null;
