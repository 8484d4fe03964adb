/** The browser's clock; the page reads it here alone. */
export function now(): Date {
  return new Date();
}
