import { loadWholeProgram } from '../wholeProgram.ts';
import { notLoaded } from './notLoaded.ts';

/** `loadWholeProgram` before anything was started: throws NotLoaded. */
export function loadWhole(): void {
  try {
    loadWholeProgram();
  } catch (error) {
    notLoaded(error);
  }
}
