export interface OwnFile {
  readonly name: string;
  readonly isProgram: boolean;
}
export function ownFiles(root: string): OwnFile[];
