import { closeSync, openSync, readSync } from 'node:fs';

/**
 * Random bytes in hex. From the kernel's own device if there is one: loading Node's library takes longer than writing a
 * mark.
 */
export function randomHex(count: number): string {
  return (fromDevice(count) ?? fromLibrary(count)).toString('hex');
}

function fromDevice(count: number): Buffer | null {
  const bytes = Buffer.alloc(count);
  try {
    const device = openSync('/dev/urandom', 'r');
    try {
      return readSync(device, bytes) === count ? bytes : null;
    } finally {
      closeSync(device);
    }
  } catch {
    return null;
  }
}

function fromLibrary(count: number): Buffer {
  return (require('node:crypto') as typeof import('node:crypto')).randomBytes(count);
}
