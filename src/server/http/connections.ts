import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { refuseRaw } from './rawRefusal.ts';

/** Before its first complete request head; between two requests; during a response. */
type State = 'opening' | 'idle' | 'answering';

interface Connection {
  readonly socket: Socket;
  readonly key: string;
  readonly address: string;
  readonly isLoopback: boolean;
  state: State;
}

/**
 * All connections of a server, with or without TLS, from their first packet on. Beyond the limit, a new connection replaces
 * one that is idle between two requests, otherwise the one that is longest in its handshake or head, of the address with the
 * most connections. If an address has more than half of all connections, one of them is ended for another address even
 * during a response; this does not apply to a proxy on this machine.
 */
export class Connections {
  /** Oldest state first: a connection moves to the end with each change of its state. */
  readonly #open = new Map<string, Connection>();
  readonly #limit: number;
  readonly #isPlain: boolean;
  readonly #onRefused: (status: number) => void;

  constructor(options: { limit: number; isPlain: boolean; onRefused: (status: number) => void }) {
    this.#limit = options.limit;
    this.#isPlain = options.isPlain;
    this.#onRefused = options.onRefused;
  }

  watch(server: Server): void {
    server.on('connection', (socket: Socket) => this.#add(socket));
    const onRequest = (request: IncomingMessage, response: ServerResponse) => this.#answer(request, response);
    server.prependListener('request', onRequest);
    server.prependListener('checkContinue', onRequest);
  }

  /** Ends all remaining connections, in any state. */
  destroyAll(): void {
    for (const { socket } of this.#open.values()) socket.destroy();
  }

  #add(socket: Socket): void {
    const { remoteAddress: address = '' } = socket;
    const isLoopback = /^(::ffff:)?127\.|^::1$/.test(address);
    const connection: Connection = { socket, key: keyOf(socket), address, isLoopback, state: 'opening' };
    socket.once('close', () => this.#forget(connection));
    const victim = this.#open.size < this.#limit ? null : (this.#victimFor(address) ?? connection);
    if (victim !== connection) this.#open.set(connection.key, connection);
    if (victim !== null) this.#end(victim);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const connection = this.#open.get(keyOf(request.socket));
    if (connection === undefined) return;
    this.#move(connection, 'answering');
    response.once('close', () => this.#move(connection, 'idle'));
  }

  #move(connection: Connection, state: State): void {
    if (!this.#forget(connection)) return;
    connection.state = state;
    this.#open.set(connection.key, connection);
  }

  #forget(connection: Connection): boolean {
    return this.#open.get(connection.key) === connection && this.#open.delete(connection.key);
  }

  /** The connection to end for a new one; null if all are in the middle of a response. */
  #victimFor(newcomer: string): Connection | null {
    const held = new Map<string, number>();
    for (const { address } of this.#open.values()) held.set(address, (held.get(address) ?? 0) + 1);
    const count = ({ address }: Connection) => held.get(address) ?? 0;
    const isGreedy = (one: Connection) =>
      !one.isLoopback && one.address !== newcomer && count(one) > this.#limit / 2;
    for (const state of ['idle', 'opening', 'answering'] as const) {
      const mayGo = [...this.#open.values()].filter((one) => one.state === state);
      const [first] = mayGo
        .filter((one) => state !== 'answering' || isGreedy(one))
        .sort((one, other) => count(other) - count(one));
      if (first !== undefined) return first;
    }
    return null;
  }

  #end(connection: Connection): void {
    this.#forget(connection);
    const { socket, state } = connection;
    if (state === 'idle') return void socket.destroy();
    this.#onRefused(503);
    if (this.#isPlain && state === 'opening')
      refuseRaw(socket, { status: 503, message: 'service unavailable: too many connections' });
    else socket.destroy();
  }
}

/** The same for the TCP socket and the TLS socket of a connection. */
function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
