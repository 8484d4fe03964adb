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
