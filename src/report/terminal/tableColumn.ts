import type { Style } from './paint.ts';

export interface Cell {
  readonly text: string;
  readonly style?: Style | undefined;
  /** What stands here where the screen is narrow. */
  readonly short?: string;
}

export interface Column {
  readonly title: string;
  readonly cells: readonly Cell[];
  readonly align?: 'left' | 'right';
  /** 1 is the last to leave a narrow screen. */
  readonly rank: number;
  /** No cell is ever wider than this; 40 where nothing is said. */
  readonly most?: number;
  /** May be cut down to this; uncut where nothing is said. */
  readonly least?: number;
}
