import { type IncomingMessage, request } from 'node:http';
import type { Context } from '../../context.ts';
import { DeploytrackError } from '../../errors.ts';
import { lookupWithin } from '../../network/lookup.ts';
import { redactToCut } from '../../redact.ts';
import { parseJson } from '../../text/parseJson.ts';
import { type EngineAddress, shownEngine } from './engineAddress.ts';

/** For error messages. */
const refusalTimeoutMs = 2000;
const longestLookupMs = 10_000;
/** More than any engine reports about a thousand containers. */
const longestBytes = 64 * 1024 * 1024;

/** One engine, and the context in which its name is looked up. */
export interface Engine {
  readonly context: Context;
  readonly address: EngineAddress;
}

/**
 * Sends a request to the engine; null for 404. Throws a DeploytrackError with a message of one line if it does not
 * respond properly.
 */
export async function engineJson(
  engine: Engine,
  { path, timeoutMs, signal }: { path: string; timeoutMs: number; signal: AbortSignal },
): Promise<unknown> {
  const { address } = engine;
  const response = await opened(engine, { path, timeoutMs, signal });
  if (response.statusCode === 404) {
    response.destroy();
    return null;
  }
  const text = await bodyOf(response, { timeoutMs, signal }).catch((error) => {
    throw unreachable(address, error as NodeJS.ErrnoException);
  });
  if (response.statusCode !== 200) throw refused(address, { status: response.statusCode ?? 0, text });
  try {
    return parseJson(text);
  } catch {
    throw refused(address, { status: 200, text: 'its response is not JSON' });
  }
}

/**
 * Yields events one by one, as the engine writes them, until the engine or the caller ends the stream. Some engines
 * send their response only with the first event: with `timeoutMs` null it waits as long as it takes.
 */
export async function* engineEvents(
  engine: Engine,
  { path, signal, timeoutMs }: { path: string; signal: AbortSignal; timeoutMs: number | null },
): AsyncGenerator<unknown> {
  const { address } = engine;
  const response = await opened(engine, { path, timeoutMs, signal });
  if (response.statusCode !== 200)
    throw refused(address, {
      status: response.statusCode ?? 0,
      text: await bodyOf(response, { timeoutMs: refusalTimeoutMs, signal }).catch(() => ''),
    });
  const close = () => response.destroy();
  signal.addEventListener('abort', close, { once: true });
  if (signal.aborted) close();
  try {
    for await (const line of linesOf(response)) {
      const event = parsed(line);
      if (event !== null) yield event;
    }
  } catch (error) {
    if (!signal.aborted) throw unreachable(address, error as NodeJS.ErrnoException);
  } finally {
    signal.removeEventListener('abort', close);
    response.destroy();
  }
}

/**
 * Not `readline`: its iterator waits forever when its input is destroyed. Each chunk is searched once, so an endless line takes
 * no more time than many short ones.
 */
async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  let begun: string[] = [];
  let length = 0;
  response.setEncoding('utf8');
  for await (const chunk of response as AsyncIterable<string>) {
    const [first = '', ...more] = chunk.split('\n');
    begun.push(first);
    length += first.length;
    if (length > longestBytes) throw new Error('its response is too long');
    const last = more.pop();
    if (last === undefined) continue;
    yield begun.join('');
    yield* more;
    begun = [last];
    length = last.length;
  }
  yield begun.join('');
}

function parsed(line: string): unknown {
  try {
    return parseJson(line);
  } catch {
    return null;
  }
}

function opened(
  { context, address }: Engine,
  { path, timeoutMs, signal }: { path: string; timeoutMs: number | null; signal: AbortSignal },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const lookup = lookupWithin(context, timeoutMs ?? longestLookupMs);
    const asked = request({ ...address, path, method: 'GET', headers: { Host: 'docker' }, lookup });
    const late = () => asked.destroy(new Error(`no response within ${timeoutMs} ms`));
    const timer = timeoutMs === null ? undefined : setTimeout(late, timeoutMs);
    const abort = () => asked.destroy(new Error('stopped'));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    asked.once('close', () => signal.removeEventListener('abort', abort));
    asked.once('response', (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    asked.once('error', (error) => {
      clearTimeout(timer);
      reject(unreachable(address, error));
    });
    asked.end();
  });
}

async function bodyOf(
  response: IncomingMessage,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<string> {
  const stop = () => response.destroy(new Error('stopped'));
  signal.addEventListener('abort', stop, { once: true });
  const timer = setTimeout(
    () => response.destroy(new Error(`no response within ${timeoutMs} ms`)),
    timeoutMs,
  );
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > longestBytes) throw new Error('its response is too long');
      chunks.push(chunk);
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function unreachable(address: EngineAddress, error: NodeJS.ErrnoException): DeploytrackError {
  const shown = shownEngine(address);
  const hints: Readonly<Record<string, string>> = {
    EACCES: 'add this account to the group that owns the socket, or mount the socket into the container',
    ENOENT: 'set the socket with --docker or DOCKER_HOST; in a container, mount it',
    ECONNREFUSED: 'check that the engine is running',
  };
  return new DeploytrackError({
    code: 'ENGINE',
    message: `cannot reach the container engine ${shown}: ${error.code ?? error.message}`,
    hint: hints[error.code ?? ''] ?? 'wait; the server tries again',
    cause: error,
  });
}

function refused(
  address: EngineAddress,
  { status, text }: { status: number; text: string },
): DeploytrackError {
  return new DeploytrackError({
    code: 'ENGINE',
    message: `the container engine ${shownEngine(address)} responded with ${status}: ${oneLine(text)}`,
    hint: 'wait; the server tries again',
  });
}

function oneLine(text: string): string {
  return redactToCut(text.trim(), 200)
    .slice(0, 200)
    .replaceAll(/[\r\n\u2028\u2029]+/g, ' ');
}
