import { apart, attached, behind, joined, options, type Program, pairs, userColon, word } from './forms.ts';

/** Programs of clusters, clouds, vaults and package registries. */
export const clouds: readonly Program[] = [
  [
    'login',
    () => [
      /\b(?:docker|podman|nerdctl|buildah|skopeo|helm|oras|oc|az|cf|crane|regctl)\b.{0,200}\blogin\b/i,
      attached('p'),
    ],
  ],
  ['--from-literal', () => [/--from-literal/, /(--from-literal[ =]["']?[\w.-]{1,128}=)[^\s"']{1,4096}/g]],
  [
    'vault',
    () => [/\bvault[ \t]+login\b/i, behind(`\\bvault[ \\t]+login${options}(?![ \\t]{1,4}[\\w-]{1,64}=)`)],
  ],
  [
    'creds',
    () => [
      /--(?:src-|dest-)?creds\b/,
      new RegExp(`([ \\t]["']?--(?:src-|dest-)?creds[ \\t=]{1,8}${userColon}`, 'g'),
    ],
  ],
  ['keyvault', () => [/\bkeyvault[ \t]+secret[ \t]+set\b/i, apart('--value')]],
  ['put-parameter', () => [/\bssm[ \t]+put-parameter\b/i, apart('--value')]],
  [
    'pulumi',
    () => [
      /\bpulumi\b.{0,200}\bconfig[ \t]+set\b.{0,400}--secret\b/i,
      behind(`\\bconfig[ \\t]+set${options}[ \\t]{1,4}${word}`),
    ],
  ],
  ['npm pnpm yarn', () => [/\b(?:npm|pnpm|yarn)\b/i, apart('--otp')]],
  ['netlify', () => [/\bnetlify\b/i, apart('(?:-a|--auth)')]],
  ['poetry', () => [/\bpoetry[ \t]+publish\b/i, attached('p')]],
  [
    'cargo',
    () => [
      /\bcargo[ \t]+login\b/i,
      behind(
        `\\bcargo[ \\t]+login${options}(?![ \\t]{1,4}(?:failed|is|was|first|command|required|to|with|and|or)\\b)`,
      ),
    ],
  ],
  ['unseal', () => [/\bunseal\b/i, behind(`\\boperator[ \\t]+unseal${options}`)]],
  [
    'vault secrets config:',
    () => [
      /\bvault[ \t]+(?:kv[ \t]+(?:put|patch)|write)\b|\bfly(?:ctl)?[ \t]+secrets\b|\bheroku[ \t]+config:(?:set|add)\b/i,
      pairs(),
    ],
  ],
  [
    'gh',
    () => [/\bgh[ \t]+(?:secret|variable)[ \t]+set\b/i, joined('(?:-b[ \\t=]{0,8}|--body(?:[ \\t]{1,8}|=))')],
  ],
  ['doctl', () => [/\bdoctl\b/i, apart('(?:-t|--access-token)')]],
  ['unlock', () => [/\bbw[ \t]+unlock\b/i, behind('\\bbw[ \\t]+unlock')]],
  ['cf', () => [/\bcf[ \t]+auth\b/i, behind('\\bcf[ \\t]+auth[ \\t]{1,4}[^\\s]{1,128}')]],
  ['nuget', () => [/\bnuget[ \t]+push\b/i, apart('-k')]],
  ['nuget', () => [/\bnuget[ \t]+(?:add|update)[ \t]+source\b/i, apart('-p')]],
  [
    'user-secrets',
    () => [/\buser-secrets[ \t]+set\b/i, behind(`\\buser-secrets[ \\t]+set[ \\t]{1,4}${word}`)],
  ],
  ['gem duplicity', () => [/\bgem[ \t]+(?:push|yank)\b|\bduplicity\b/i, apart('--(?:encrypt-)?key')]],
  ['sonar', () => [/sonar[.-]/i, /((?<![a-z\d])sonar\.login=)[^\s"']{1,512}/g]],
  [
    'composer poetry',
    () => [
      /\b(?:composer|poetry)[ \t]+config\b/i,
      behind(
        '\\b(?:http-basic|pypi-token|gitlab-token|github-oauth|bearer)\\.[\\w.-]{1,128}(?<!http-basic\\.[\\w.-]{1,128})',
      ),
    ],
  ],
  [
    'composer poetry',
    () => [
      /\b(?:composer|poetry)[ \t]+config\b/i,
      behind('\\bhttp-basic\\.[\\w.-]{1,128}[ \\t]{1,4}[^\\s]{1,128}'),
    ],
  ],
];
