import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Random } from '../random.ts';

/** A server that is attacked: with TLS and a token. */
export interface Target {
  readonly port: number;
  readonly ca: string;
}

/** What one connection of an attacker does; it ends by itself or is destroyed later. */
type Attack = (target: Target, random: Random) => Socket;

function plain({ port }: Target): Socket {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => {});
  socket.on('data', () => {});
  return socket;
}

function secured({ port, ca }: Target, began: (socket: Socket) => void): Socket {
  const socket = connectTls({ port, host: '127.0.0.1', ca }, () => began(socket));
  socket.on('error', () => {});
  socket.on('data', () => {});
  return socket;
}

/** Writes a byte now and then until the socket is gone. */
function drip(socket: Socket, text: string): void {
  let at = 0;
  const timer = setInterval(() => {
    if (socket.destroyed || at >= text.length) clearInterval(timer);
    else socket.write(text[at++] ?? '');
  }, 500);
  socket.on('close', () => clearInterval(timer));
}

export const attacks: Readonly<Record<string, Attack>> = {
  'a connection that says nothing': (target) => plain(target),
  'half of a TLS handshake': (target) => {
    const socket = plain(target);
    socket.write(Buffer.from('16030100c2010000be0303', 'hex'));
    return socket;
  },
  'half a handshake, half closed': (target) => {
    const socket = plain(target);
    socket.end(Buffer.from('160301', 'hex'));
    return socket;
  },
  garbage: (target, random) => {
    const socket = plain(target);
    socket.write(Buffer.from(random.hex(2000), 'hex'));
    return socket;
  },
  'plain HTTP on the TLS port': (target) => {
    const socket = plain(target);
    socket.write('GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n');
    return socket;
  },
  'slow headers': (target) =>
    secured(target, (socket) =>
      drip(socket, `GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(500)}`),
    ),
  'oversized headers': (target) =>
    secured(target, (socket) => socket.write(`GET / HTTP/1.1\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`)),
  'an idle kept-alive connection': (target) =>
    secured(target, (socket) => socket.write('GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n')),
  'a request without the token': (target) =>
    secured(target, (socket) => socket.write('GET /api/deployments HTTP/1.1\r\nHost: localhost\r\n\r\n')),
  'a body that never ends': (target) =>
    secured(target, (socket) => {
      socket.write('POST /webhook/generic HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n{');
      drip(socket, 'x'.repeat(1000));
    }),
  'connect and leave': (target) => {
    const socket = plain(target);
    socket.on('connect', () => socket.destroy());
    return socket;
  },
};

const names = Object.keys(attacks);

/** Keeps up to `most` hostile connections open until it is stopped; returns how many it made. */
export class Attackers {
  readonly #open: Socket[] = [];
  readonly #timer: NodeJS.Timeout;
  made = 0;

  constructor(
    target: Target,
    { random, most, perSecond }: { random: Random; most: number; perSecond: number },
  ) {
    const attack = () => {
      for (let number = 0; number < perSecond / 10; number += 1) {
        const one = attacks[random.one(names)] as Attack;
        this.#open.push(one(target, random));
        this.made += 1;
      }
      while (this.#open.length > most) this.#open.shift()?.destroy();
    };
    this.#timer = setInterval(attack, 100);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  leave(): void {
    for (const socket of this.#open.splice(0)) socket.destroy();
  }
}
