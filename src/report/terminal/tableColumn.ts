import type { Style } from './view.ts';

export interface Cell {
  readonly text: string;
  readonly style?: Style | undefined;
  /** The text for a narrow terminal. */
  readonly short?: string;
  /** The text in Markdown, for a summary or a pull request. */
  readonly summary?: string;
  /** The URL to which Markdown links it. */
  readonly link?: string | null;
}

export interface Column {
  readonly title: string;
  readonly cells: readonly Cell[];
  readonly align?: 'left' | 'right';
  /** Columns with the highest rank are dropped first in a narrow terminal. */
  readonly rank: number;
  /** Maximum width of a cell (default 40). */
  readonly most?: number;
  /** The width down to which cells may be cut; by default they are not cut. */
  readonly least?: number;
}
