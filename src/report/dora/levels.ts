/**
 * The levels of the Accelerate State of DevOps Report 2024 (DORA, https://dora.dev/research/2024/dora-report/, "Software
 * delivery performance"): four clusters of teams. It is the last report with levels: that of 2025 has only distributions.
 */
export const doraReport = { year: 2024, title: 'Accelerate State of DevOps Report 2024' } as const;

/** Two clusters of the report share a value: it cannot tell them apart. */
export type DoraLevel = 'elite' | 'high' | 'high or medium' | 'medium' | 'low';

const [hour, day, week] = [3600, 86_400, 604_800];
/** A twelfth of a year of 365.25 days. */
const month = 2_629_800;

/**
 * Elite: on demand, several a day. High: from once a day to once a week; medium: to once a month; low: to once in six
 * months.
 */
export function frequencyLevel(perDay: number): DoraLevel | null {
  if (perDay > 1) return 'elite';
  if (perDay >= day / week) return 'high';
  if (perDay >= day / month) return 'medium';
  return perDay >= day / (6 * month) ? 'low' : null;
}

/** Elite: less than a day. High: to a week; medium: to a month; low: to six months. */
export function leadTimeLevel(seconds: number): DoraLevel | null {
  if (seconds < day) return 'elite';
  if (seconds <= week) return 'high';
  if (seconds <= month) return 'medium';
  return seconds <= 6 * month ? 'low' : null;
}

/**
 * The report gives one rate for each cluster, read here as its limit: elite 5%, high 20%, medium 10%, low 40%. Medium
 * is better than high here, so between 5% and 20% it is one of them.
 */
export function failRateLevel(ratio: number): DoraLevel | null {
  if (ratio <= 0.05) return 'elite';
  if (ratio <= 0.2) return 'high or medium';
  return ratio <= 0.4 ? 'low' : null;
}

/** Elite: less than an hour. High and medium: less than a day. Low: from a week to a month. The report has nothing between. */
export function recoveryLevel(seconds: number): DoraLevel | null {
  if (seconds < hour) return 'elite';
  if (seconds < day) return 'high or medium';
  return seconds >= week && seconds <= month ? 'low' : null;
}
