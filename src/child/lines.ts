/** Limit for one line; the rest of a longer one is not shown to the observer. */
const longestLine = 10_000;

/**
 * Splits bytes into lines of text, ended by LF or CRLF, and passes each to `observe`; `end` passes an unended last one.
 */
export function lineReader(observe: (line: string) => void) {
  const { StringDecoder } = require('node:string_decoder') as typeof import('node:string_decoder');
  const decoder = new StringDecoder('utf8');
  let open = '';
  const show = (line: string) => observe(line.endsWith('\r') ? line.slice(0, -1) : line);
  return {
    take(chunk: Uint8Array) {
      const lines = decoder.write(Buffer.from(chunk)).split('\n');
      lines[0] = open + lines[0];
      open = (lines.pop() ?? '').slice(0, longestLine);
      for (const line of lines) show(line.slice(0, longestLine));
    },
    end() {
      open += decoder.end();
      if (open !== '') show(open);
      open = '';
    },
  };
}
