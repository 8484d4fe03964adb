/** A part of deploytrack that a whole command needs cannot be loaded: nothing was started. */
export class NotLoaded {
  constructor(readonly why: unknown) {}
}

/** For the `catch` of such a part's `import()`. */
export function notLoaded(why: unknown): never {
  throw new NotLoaded(why);
}

/** Whether it is the error of bin/load.js for a part that cannot be loaded. */
export function isOfInstallation(error: unknown): boolean {
  return error instanceof Error && error.name === 'BrokenInstallation';
}
