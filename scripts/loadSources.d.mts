/** The exports of a module with this content, whose imports are resolved from the root of the repository. */
export function loadSources<Exports>(contents: string): Exports;
