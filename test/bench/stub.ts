import { createServer, type RequestListener } from 'node:http';

export interface Stub {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Connections are refused from now on. */
  close(): void;
}

/** A server on loopback; it ends with this process. */
export async function startStub(answer: RequestListener): Promise<Stub> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}
