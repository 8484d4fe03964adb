/** The version of Node-API that the SQLite addon needs: Node 22.14, 23.6, and every later major version. */
const neededApi = 10;

/** The oldest Node that can open the ledger, as shown to users. */
export const neededNode = '22.14';

/** Whether this Node would crash in the addon (a segmentation fault that no `try` catches) instead of loading it. */
export function nodeIsTooOld(): boolean {
  return !(Number(process.versions.napi) >= neededApi);
}
