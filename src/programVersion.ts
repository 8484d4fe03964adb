declare const PROGRAM_VERSION: string | undefined;

/** The version of this program, set by the build; `0.0.0` when run from the sources. */
export const programVersion: string = typeof PROGRAM_VERSION === 'undefined' ? '0.0.0' : PROGRAM_VERSION;
