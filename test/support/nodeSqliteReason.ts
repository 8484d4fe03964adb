/** Why tests with Node's own SQLite are skipped here. */
export const incomplete = `node:sqlite of Node ${process.versions.node} is incomplete: 24.16 or 26.1 is needed`;
