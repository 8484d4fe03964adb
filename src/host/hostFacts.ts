import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type, version } from 'node:os';
import { programOutput } from './programOutput.ts';

/** Facts about the machine; the ledger stores them once per boot. */
export interface HostFacts {
  readonly osVersion: string;
  /** Empty if it could not be determined in time. */
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
}

/** For the one program that may be run. */
const timeoutMs = 1000;

/**
 * Facts from Node and the system's own files, without a name look-up: a host may not be able to resolve its own name.
 */
export async function readHost(platform: NodeJS.Platform): Promise<HostFacts> {
  const processors = cpus();
  return {
    osVersion: osVersion(platform),
    cpu: await processorName(platform, processors[0]?.model.trim() ?? ''),
    cores: processors.length,
    memoryBytes: totalmem(),
  };
}

function osVersion(platform: NodeJS.Platform): string {
  const found =
    platform === 'linux'
      ? [...osReleaseFiles].map(read).map(readOsRelease)
      : platform === 'darwin'
        ? [readMacVersion(read('/System/Library/CoreServices/SystemVersion.plist'))]
        : platform === 'win32'
          ? [`${version()} ${release()}`]
          : [];
  return found.find((name) => name !== '') ?? `${type()} ${release()}`;
}

/** Per os-release(5), the second file is used if the first one is missing. */
const osReleaseFiles = ['/etc/os-release', '/usr/lib/os-release'];

/** `Debian GNU/Linux 12` from the text of os-release(5); empty if it has no name. */
export function readOsRelease(text: string): string {
  const value = (key: string) =>
    new RegExp(`^${key}=(?:"(.*)"|'(.*)'|(.*))$`, 'm')
      .exec(text)
      ?.slice(1)
      .find((part) => part !== undefined);
  return [value('NAME'), value('VERSION_ID') ?? value('BUILD_ID')]
    .filter((part) => part !== undefined && part.trim() !== '')
    .join(' ');
}

/** `macOS 14.5` from the property list of macOS; empty if it is invalid. */
export function readMacVersion(text: string): string {
  const value = (key: string) =>
    new RegExp(`<key>${key}</key>\\s*<string>([^<]*)</string>`).exec(text)?.[1] ?? '';
  return `${value('ProductName')} ${value('ProductVersion')}`.trim();
}

/** Node does not know the names of ARM processors on Linux; `lscpu` has a table of them. */
async function processorName(platform: NodeJS.Platform, model: string): Promise<string> {
  const isKnown = model !== '' && model !== 'unknown';
  if (isKnown || platform !== 'linux') return isKnown ? plainName(model) : '';
  const { stdout } = await programOutput(['lscpu'], { cwd: '/', timeoutMs });
  return readProcessorName(stdout);
}

/** The processor according to `lscpu`, in any language whose line begins with `Model name`; otherwise empty. */
export function readProcessorName(lscpu: string): string {
  return plainName(/^Model name:[ \t]*(\S.*)$/m.exec(lscpu)?.[1]?.trim() ?? '');
}

/** The signs in names of products as every terminal shows them. */
function plainName(name: string): string {
  return name.replaceAll('\u00ae', '(R)').replaceAll('\u2122', '(TM)');
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
