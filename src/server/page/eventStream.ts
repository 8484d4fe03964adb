/** Text that is sent as it comes, until it is ended or its reader leaves. */
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

  /** Nothing, where it has closed. */
  write(text: string): void {
    this.#controller?.enqueue(Buffer.from(text));
  }

  end(): void {
    this.#controller?.close();
    this.#close();
  }

  /** Calls back when it closes; at once where it has closed already. */
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
