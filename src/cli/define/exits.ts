/** The meaning of exit codes, in help. 2 is the same for every command. */
type Exits = Readonly<Record<string, string>>;

export const exitsOfMark: Exits = {
  '0': 'recorded; also if recording or pushing failed, with a warning',
  '1': 'with --strict: recording or pushing failed',
};

export const exitsOfWrapped: Exits = {
  n: "the command's own; 124 timeout, 126 not executable, 127 not found",
  '1': 'with --strict: recording or pushing failed',
};

export const exitsOfPhase: Exits = {
  ...exitsOfWrapped,
  '1': 'above --max-slowdown; with --strict: recording or pushing failed',
};

export const exitsOfReading: Exits = { '0': 'printed', '1': 'not found, or the ledger cannot be read' };
