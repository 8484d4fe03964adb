import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { create } from 'tar';
import { ZipFile } from 'yazl';

const [modeOfProgram, modeOfFile, modeOfFolder] = [0o755, 0o644, 0o755];

/** A tar.gz of root's files below one folder: the same bytes for the same files and date. */
export async function writeTarGz(to, { folder, files, date }) {
  const staged = mkdtempSync(join(tmpdir(), 'deploytrack-archive-'));
  const umask = process.umask(0o022);
  try {
    const folders = new Set([folder]);
    for (const { name, bytes, isProgram } of files) {
      const path = `${folder}/${name}`;
      for (let above = dirname(path); above !== folder; above = dirname(above)) folders.add(above);
      mkdirSync(join(staged, dirname(path)), { recursive: true, mode: modeOfFolder });
      writeFileSync(join(staged, path), bytes, { mode: isProgram ? modeOfProgram : modeOfFile });
    }
    const names = [...folders, ...files.map(({ name }) => `${folder}/${name}`)].sort();
    const how = { cwd: staged, portable: true, gzip: true, mtime: date, noDirRecurse: true };
    const onWriteEntry = (entry) => {
      entry.noMtime = false; // otherwise folders are of 1970
    };
    await create({ ...how, onWriteEntry, file: to }, names);
  } finally {
    process.umask(umask);
    rmSync(staged, { recursive: true });
  }
}

/** The same as a zip. */
export async function writeZip(to, { folder, files, date }) {
  const zip = new ZipFile();
  for (const { name, bytes, isProgram } of files)
    zip.addBuffer(bytes, `${folder}/${name}`, {
      mtime: date,
      mode: 0o100000 | (isProgram ? modeOfProgram : modeOfFile),
    });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(to));
}
