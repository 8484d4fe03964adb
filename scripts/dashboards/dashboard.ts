/** The parts of a dashboard's JSON that tests and pictures read. */
export interface DashboardJson {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly schemaVersion: number;
  readonly refresh: string;
  readonly editable: boolean;
  readonly time: { readonly from: string; readonly to: string };
  readonly templating: { readonly list: readonly VariableJson[] };
  readonly annotations: { readonly list: readonly AnnotationJson[] };
  readonly panels: readonly PanelJson[];
}

export interface VariableJson {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  /** A kind of data source, or a query. */
  readonly query: string | { readonly query: string; readonly refId: string };
  readonly multi?: boolean;
  readonly allValue?: string;
  readonly refresh?: number;
  readonly datasource?: { readonly uid: string };
}

export interface AnnotationJson {
  readonly name: string;
  readonly expr: string;
  readonly iconColor: string;
  readonly enable: boolean;
  readonly hide: boolean;
  readonly useValueForTime: boolean;
  readonly datasource: { readonly uid: string };
  /** On rows. */
  readonly target?: { readonly rawSql: string };
}

export interface PanelJson {
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly TargetJson[];
  readonly timeFrom?: string;
  readonly transformations?: readonly TransformationJson[];
  readonly fieldConfig?: {
    readonly defaults: FieldJson;
    readonly overrides: readonly OverrideJson[];
  };
  // biome-ignore lint/suspicious/noExplicitAny: each type of panel has options of its own
  readonly options?: any;
}

export interface TargetJson {
  readonly refId: string;
  readonly expr: string;
  readonly instant: boolean;
  readonly range: boolean;
  readonly format?: string;
  readonly legendFormat?: string;
  /** On rows, instead of `expr`. */
  readonly rawSql?: string;
  readonly datasource: { readonly uid: string };
}

export interface TransformationJson {
  readonly id: string;
  // biome-ignore lint/suspicious/noExplicitAny: each transformation has options of its own
  readonly options: any;
}

export interface FieldJson {
  readonly unit?: string;
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
  readonly noValue?: string;
  readonly displayName?: string;
  readonly color?: { readonly mode: string; readonly fixedColor?: string };
  readonly thresholds?: ThresholdsJson;
  readonly mappings?: readonly MappingJson[];
  readonly links?: readonly { readonly title: string; readonly url: string }[];
  // biome-ignore lint/suspicious/noExplicitAny: each type of panel has fields of its own
  readonly custom?: any;
}

export interface ThresholdsJson {
  readonly steps: readonly { readonly value: number | null; readonly color: string }[];
}

export interface MappingJson {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: by value, or one special case
  readonly options: any;
}

export interface OverrideJson {
  readonly matcher: { readonly id: string; readonly options: string };
  // biome-ignore lint/suspicious/noExplicitAny: each property has a value of its own
  readonly properties: readonly { readonly id: string; readonly value: any }[];
}
