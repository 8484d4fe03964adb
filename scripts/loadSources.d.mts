/** The exports of a module of these contents, whose imports are resolved from the root of the repository. */
export function loadSources<Exports>(contents: string): Exports;
