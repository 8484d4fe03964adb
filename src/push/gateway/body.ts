import type { IncomingMessage } from 'node:http';
import { enoughBytes } from './plainPut.ts';

/** Our lines are much shorter: longer ones are skipped, so that no label of others can fill the memory. */
const longestLine = 1024 * 1024;

/** Calls back for each line of a UTF-8 stream, without its line end. Rejects if the stream breaks off. */
export async function eachLine(stream: NodeJS.ReadableStream, take: (line: string) => void): Promise<void> {
  const { StringDecoder } = await import('node:string_decoder');
  const decoder = new StringDecoder('utf8');
  let begun = '';
  let isSkipping = false;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const [first = '', ...others] = decoder.write(chunk).split('\n');
    const lines = [begun + first, ...others];
    begun = lines.pop() ?? '';
    for (const line of lines) {
      if (!isSkipping && line.length <= longestLine) take(line);
      isSkipping = false;
    }
    if (begun.length > longestLine) {
      begun = '';
      isSkipping = true;
    }
  }
  if (begun !== '' && !isSkipping) take(begun);
}

/** The body as it was before gzip. */
export function decompressed(answer: IncomingMessage): NodeJS.ReadableStream {
  if (answer.headers['content-encoding'] !== 'gzip') return answer;
  const { createGunzip } = require('node:zlib') as typeof import('node:zlib');
  const { pipeline } = require('node:stream') as typeof import('node:stream');
  const plain = createGunzip();
  pipeline(answer, plain, () => {});
  return plain;
}

/** The beginning of a body, which includes its first lines. */
export async function beginning(answer: IncomingMessage, most = enoughBytes): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= most) break;
    }
  } catch {
    // The part that came is more informative than that the rest did not come.
  }
  return Buffer.concat(chunks).toString('utf8');
}
