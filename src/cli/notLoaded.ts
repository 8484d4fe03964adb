/** A part of deploytrack that a whole command needs cannot be loaded: nothing was started. */
export class NotLoaded {
  constructor(readonly why: unknown) {}
}

/** Loads such a part. */
export async function loaded<Part>(load: () => Promise<Part>): Promise<Part> {
  try {
    return await load();
  } catch (why) {
    throw new NotLoaded(why);
  }
}
