/** No line of ours is nearly as long: longer ones are skipped, so that nobody's label can fill the memory. */
const longestLine = 1024 * 1024;

/** Calls back for each line of a stream in UTF-8, without its line end. Rejects when the stream breaks off. */
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
