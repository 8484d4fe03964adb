/// <reference lib="dom" />

/** What the server reports of its ledger: IDs of deployments that changed, null for any. */
export interface Listener {
  readonly onChange: (ids: readonly string[] | null) => void;
  readonly onConnection: (isConnected: boolean) => void;
}

/** A tab that is not seen asks for changes instead of waiting for them. */
const hiddenMs = 30_000;

/** The server sends something every 15 seconds: without any, the connection was lost unnoticed. */
const silentMs = 40_000;

const catchUpMs = 1000;

/** After a response that ends a stream of events, the browser does not connect again by itself. */
const againMs = 5000;

/** A browser has six connections to a server for all of its tabs: only those that are seen keep one open. */
export function listen(listener: Listener): () => void {
  let stop = (): void => {};
  let isBehind = false;
  let isFirst = true;
  let catchUp = 0;
  const follow = (): void => {
    stop();
    if (document.hidden) {
      isBehind = true;
      const timer = setInterval(() => listener.onChange(null), hiddenMs);
      stop = () => clearInterval(timer);
      return;
    }
    stop = openStream({
      ...listener,
      onConnection(isConnected) {
        listener.onConnection(isConnected);
        if (isConnected && isBehind) listener.onChange(null);
        // The page was read before the stream began; what it shows first must not wait for this.
        else if (isConnected && isFirst)
          catchUp = window.setTimeout(() => listener.onChange(null), catchUpMs);
        if (isConnected) isBehind = isFirst = false;
      },
    });
  };
  document.addEventListener('visibilitychange', follow);
  follow();
  return () => {
    document.removeEventListener('visibilitychange', follow);
    clearTimeout(catchUp);
    stop();
  };
}

function openStream({ onChange, onConnection }: Listener): () => void {
  let timer = 0;
  let silence = 0;
  let events: EventSource | undefined;
  const heard = (): void => {
    clearTimeout(silence);
    silence = window.setTimeout(() => {
      onConnection(false);
      connect();
    }, silentMs);
  };
  const end = (): void => {
    clearTimeout(timer);
    clearTimeout(silence);
    events?.close();
  };
  const connect = (): void => {
    end();
    const stream = new EventSource('/api/events');
    events = stream;
    heard();
    for (const name of ['open', 'change', 'beat']) stream.addEventListener(name, heard);
    stream.addEventListener('open', () => onConnection(true));
    stream.addEventListener('change', ({ data }) =>
      onChange((JSON.parse(data) as { ids: readonly string[] | null }).ids),
    );
    stream.addEventListener('error', () => {
      onConnection(false);
      if (stream.readyState === EventSource.CLOSED) timer = window.setTimeout(connect, againMs);
    });
  };
  connect();
  return end;
}
