/** 'DTRK': identifies the file as ours, for `file(1)` and for us. */
export const applicationId = 0x4454524b;
/** Counts our own migrations, in `PRAGMA user_version`. */
export const schemaVersion = 8;
