/**
 * By number (https://sqlite.org/rescode.html), and the codes that distinguish a bad disk from a file system without
 * locks.
 */
const primary =
  'OK ERROR INTERNAL PERM ABORT BUSY LOCKED NOMEM READONLY INTERRUPT IOERR CORRUPT NOTFOUND FULL CANTOPEN PROTOCOL EMPTY SCHEMA TOOBIG CONSTRAINT MISMATCH MISUSE NOLFS AUTH FORMAT RANGE NOTADB';
const ofIo =
  ' _READ _SHORT_READ _WRITE _FSYNC _DIR_FSYNC _TRUNCATE _FSTAT _UNLOCK _RDLOCK _DELETE _BLOCKED _NOMEM _ACCESS _CHECKRESERVEDLOCK _LOCK _CLOSE _DIR_CLOSE _SHMOPEN _SHMSIZE _SHMLOCK _SHMMAP';

/** The name of a result code of SQLite: `SQLITE_BUSY` for 5. */
export function resultCode(code: number): string {
  const name = primary.split(' ')[code & 0xff] ?? 'ERROR';
  return `SQLITE_${name}${name === 'IOERR' ? (ofIo.split(' ')[code >> 8] ?? '') : ''}`;
}
