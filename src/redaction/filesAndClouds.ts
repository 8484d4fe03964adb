import { apart, attached, behind, options, type Program, pairs, word } from './programForms.ts';

/** Archives, keys and documents. */
export const files: readonly Program[] = [
  ['zip', () => [/\b(?:unzip|zip|zipcloak)\b/i, attached('P')]],
  ['7z rar', () => [/\b(?:7z[arz]?|rar|unrar)\b/i, new RegExp(`([ \\t]["']?-h?p)${word}`, 'g')]],
  [
    'keytool jarsigner apksigner',
    () => [
      /\b(?:keytool|jarsigner|apksigner)\b/i,
      new RegExp(`([ \\t]--?[a-z-]{0,16}pass[ \\t]{1,8})(?!env:|file:)(?:pass:)?${word}`, 'g'),
    ],
  ],
  ['ssh-keygen', () => [/\bssh-keygen\b/i, attached('[NP]')]],
  ['openssl', () => [/\bopenssl\b/i, /(\bpass:)[^\s"']{1,512}/g]],
  [
    'openssl',
    () => [
      /\bopenssl\b/i,
      /([ \t](?:-[kK]|-hmac|-macopt[ \t]{1,4}(?:hex)?key:)[ \t]{0,8})(?<=[ \t:])[^\s"'-][^\s]{0,511}/g,
    ],
  ],
  ['pdftk', () => [/\bpdftk\b/i, behind('(?:user_pw|owner_pw|input_pw)')]],
  [
    'qpdf',
    () => [
      /\bqpdf\b/i,
      new RegExp(`(--encrypt[ \\t]{1,4})${word}[ \\t]{1,4}${word}(?=[ \\t]{1,4}(?:40|128|256))`, 'g'),
    ],
  ],
  ['obscure', () => [/\brclone[ \t]+obscure\b/i, behind('\\bobscure')]],
  [
    'rclone',
    () => [
      /\brclone[ \t]+config\b/i,
      behind('[ \\t](?:pass|password|password2|key|token|client_secret|secret_access_key)'),
    ],
  ],
];

/** Clouds, registries and stores of secrets. */
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
  ['unseal', () => [/\bunseal\b/i, behind(`\\boperator[ \\t]+unseal${options}`)]],
  [
    'vault secrets config:',
    () => [
      /\bvault[ \t]+(?:kv[ \t]+(?:put|patch)|write)\b|\bfly(?:ctl)?[ \t]+secrets\b|\bheroku[ \t]+config:(?:set|add)\b/i,
      pairs(),
    ],
  ],
  ['gh', () => [/\bgh[ \t]+(?:secret|variable)[ \t]+set\b/i, apart('(?:-b|--body)')]],
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
  ['sonar', () => [/\bsonar[.-]/i, /(\bsonar\.login=)[^\s"']{1,512}/g]],
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
