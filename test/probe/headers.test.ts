import { describe, expect, test } from 'vitest';
import { parseHeaders } from '../../src/probe/headers.ts';

const noFile = (path: string): string => {
  throw new Error(`no such file: ${path}`);
};

describe('the header lines of a health check', () => {
  test('become headers, spaces around the value left out', async () => {
    expect(await parseHeaders(['X-Token:  abc ', 'accept: text/plain'], noFile)).toEqual({
      'x-token': 'abc',
      accept: 'text/plain',
    });
  });

  test('keep a value with colons whole, and an empty one', async () => {
    expect(await parseHeaders(['Referer: http://a:1/b', 'X-Empty:'], noFile)).toEqual({
      referer: 'http://a:1/b',
      'x-empty': '',
    });
  });

  test('send a name twice that is given twice', async () => {
    expect(await parseHeaders(['X-A: 1', 'x-a: 2', 'X-A: 3'], noFile)).toEqual({ 'x-a': ['1', '2', '3'] });
  });

  test('read a value from a file, without its last line end', async () => {
    const files: Record<string, string> = { '/run/token': 'Bearer secret\n' };
    const headers = await parseHeaders(['Authorization: @/run/token'], (path) => files[path] ?? '');
    expect(headers).toEqual({ authorization: 'Bearer secret' });
  });

  test('name the header, not the value, when a file cannot be read', async () => {
    await expect(parseHeaders(['Authorization: @/nowhere'], noFile)).rejects.toThrow(
      'the file of the header authorization cannot be read: no such file: /nowhere',
    );
  });

  test.each(['secret', ': secret', 'a b: secret', 'Ä: secret', 'X: secret\r\nY: z', 'X: secret€'])(
    'are refused as %j without showing what may be a secret',
    async (line) => {
      const refused = await parseHeaders([line], noFile).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'USAGE', message: expect.not.stringContaining('secret') });
    },
  );
});
