/** The browser's clock; the web UI reads it only here. */
export function now(): Date {
  return new Date();
}
