import { onTestFinished } from 'vitest';
import { type SwitchedService, startSwitchedService } from '../support/switchedService.ts';

export type Site = Pick<SwitchedService, 'healthUrl' | 'switchTo'>;

/** A service that ends with the test. */
export async function startSite(firstVersion: string): Promise<Site> {
  const service = await startSwitchedService(firstVersion);
  onTestFinished(() => service.stop());
  return service;
}
