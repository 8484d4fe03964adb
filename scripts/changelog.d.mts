/** The text with what is under Unreleased moved under the version; as it is if that was done before. Throws if there is nothing to release. */
export function released(text: string, release: { version: string; date: string }): string;
/** What is said of a version, without its heading; null if it has no part. */
export function partOf(text: string, version: string): string | null;
