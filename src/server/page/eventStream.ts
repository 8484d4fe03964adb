/** A stream of text, open until it is ended or its client leaves. */
export class EventStream {
  readonly readable: ReadableStream<Uint8Array>;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  #onClosed: (() => void) | null = null;

  constructor() {
    this.readable = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => this.#close(),
    });
  }

  /** Does nothing after the stream has closed. */
  write(text: string): void {
    this.#controller?.enqueue(Buffer.from(text));
  }

  end(): void {
    this.#controller?.close();
    this.#close();
  }

  /** Calls back when it closes; at once if it has already closed. */
  onceClosed(then: () => void): void {
    if (this.#controller === null) then();
    else this.#onClosed = then;
  }

  #close(): void {
    this.#controller = null;
    this.#onClosed?.();
    this.#onClosed = null;
  }
}
