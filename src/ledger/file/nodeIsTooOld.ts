/** The version of Node-API that the SQLite addon asks for: Node 22.14, 23.6, and every later major. */
const neededApi = 10;

/** The oldest Node that the ledger can be opened with, as it is said to people. */
export const neededNode = '22.14';

/** Whether this Node would die of the addon (a segmentation fault that no `try` holds) instead of loading it. */
export function nodeIsTooOld(): boolean {
  return !(Number(process.versions.napi) >= neededApi);
}
