import { breakCommandsInJson } from './messages/ciCommands.ts';

/** A JSON value; keys keep the order in which they were written. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * JSON in ASCII only (everything else as \uXXXX), so that no code page on the way can break it, and with texts escaped that a
 * CI would read as a command. One line, or with `pretty` two spaces per level. Ends without a newline.
 */
export function asciiJson(value: Json, { pretty = false }: { readonly pretty?: boolean } = {}): string {
  const json = JSON.stringify(value, null, pretty ? 2 : undefined).replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return breakCommandsInJson(json);
}
