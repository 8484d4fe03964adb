/** Facts about the machine, by systeminformation; slow to ask, so the ledger keeps them for a boot. */
export interface HostFacts {
  readonly osVersion: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
}

export async function askHost(): Promise<HostFacts> {
  const { osInfo, cpu, mem } = await import('systeminformation');
  const [system, processor, memory] = await Promise.all([osInfo(), cpu(), mem()]);
  return {
    osVersion: [system.distro, system.release].filter((part) => part !== '').join(' ') || system.platform,
    cpu: [processor.manufacturer, processor.brand].filter((part) => part !== '').join(' '),
    cores: processor.cores,
    memoryBytes: memory.total,
  };
}
