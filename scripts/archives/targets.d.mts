export interface Target {
  readonly name: string;
  readonly suffix: string;
  readonly node: {
    readonly version: string;
    readonly program: string;
    readonly license: string;
    readonly from: string;
    readonly name: string;
  };
  readonly addon: string;
  readonly launcher: { readonly name: string; readonly from: string };
}
export const targets: readonly Target[];
export const integrity: Readonly<Record<string, string>>;
