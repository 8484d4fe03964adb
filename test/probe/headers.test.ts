import { describe, expect, test } from 'vitest';
import { parseHeaders } from '../../src/probe/headers.ts';

const noFile = (path: string): string => {
  throw new Error(`no such file: ${path}`);
};

describe('Header lines of a health check', () => {
  test('header lines are split into names and values without surrounding spaces', async () => {
    expect(await parseHeaders(['X-Token:  abc ', 'accept: text/plain'], noFile)).toEqual({
      'x-token': 'abc',
      accept: 'text/plain',
    });
  });

  test('a header value may be empty or contain colons', async () => {
    expect(await parseHeaders(['Referer: http://a:1/b', 'X-Empty:'], noFile)).toEqual({
      referer: 'http://a:1/b',
      'x-empty': '',
    });
  });

  test('a header name given twice is sent twice', async () => {
    expect(await parseHeaders(['X-A: 1', 'x-a: 2', 'X-A: 3'], noFile)).toEqual({ 'x-a': ['1', '2', '3'] });
  });

  test('a header value is read from a file without its last line end', async () => {
    const files: Record<string, string> = { '/run/token': 'Bearer secret\n' };
    const headers = await parseHeaders(['Authorization: @/run/token'], (path) => files[path] ?? '');
    expect(headers).toEqual({ authorization: 'Bearer secret' });
  });

  test('an error of a header file names the header and not its value', async () => {
    await expect(parseHeaders(['Authorization: @/nowhere'], noFile)).rejects.toThrow(
      'the file of the header authorization cannot be read: no such file: /nowhere',
    );
  });

  test.each(['secret', ': secret', 'a b: secret', 'Ä: secret', 'X: secret\r\nY: z', 'X: secret€'])(
    'the header line %j is rejected without showing a possible secret',
    async (line) => {
      const refused = await parseHeaders([line], noFile).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'USAGE', message: expect.not.stringContaining('secret') });
    },
  );
});
