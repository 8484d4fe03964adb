// Made by scripts/commandTables.mjs from the records in src/commands/. Do not edit.
import type { OwnSetting } from '../define/ownSetting.ts';

export const ownSettings: readonly OwnSetting[] = [
];
