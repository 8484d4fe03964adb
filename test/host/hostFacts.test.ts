import { expect, test } from 'vitest';
import { readHost, readMacVersion, readOsRelease, readProcessorName } from '../../src/host/hostFacts.ts';

test("the facts of this host come from Node and the system's own files", async () => {
  const { osVersion, cpu, cores, memoryBytes } = await readHost(process.platform);
  expect(osVersion).toMatch(/\S/);
  expect(typeof cpu).toBe('string');
  expect(cores).toBeGreaterThan(0);
  expect(memoryBytes).toBeGreaterThan(1024 * 1024);
});

test.each([
  ['NAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n', 'Debian GNU/Linux 12'],
  ["NAME='Alpine Linux'\nVERSION_ID=3.20.1\n", 'Alpine Linux 3.20.1'],
  ['NAME="Arch Linux"\nBUILD_ID=rolling\n', 'Arch Linux rolling'],
  ['PRETTY_NAME="x"\n', ''],
  ['', ''],
])('the name of the system in %j is %j', (text, name) => {
  expect(readOsRelease(text)).toBe(name);
});

test('macOS is named by its own list', () => {
  const list =
    '<dict><key>ProductName</key>\n<string>macOS</string><key>ProductVersion</key><string>14.5</string></dict>';
  expect(readMacVersion(list)).toBe('macOS 14.5');
  expect(readMacVersion('')).toBe('');
});

test('a processor that is unknown to Node is named by `lscpu`', () => {
  expect(readProcessorName('Architecture: aarch64\nModel name:             Neoverse-N1\n')).toBe(
    'Neoverse-N1',
  );
  expect(readProcessorName('Architecture: aarch64\nModel name:\nThreads: 1\n')).toBe('');
});

test('the signs in the name of a processor are shown in ASCII', () => {
  expect(readProcessorName('Model name: Intel® Xeon™ Gold\n')).toBe('Intel(R) Xeon(TM) Gold');
});
