import { apart, attached, behind, type Program, word } from './forms.ts';

/** Programs that encrypt a file, a key or an archive. */
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
  ['security', () => [/\bsecurity[ \t]+(?:unlock|create)-keychain\b/i, attached('p')]],
  ['security', () => [/\bsecurity[ \t]+set-key(?:chain)?-p\w+(?:-list)?\b/i, attached('[kp]')]],
  ['security', () => [/\bsecurity[ \t]+import\b/i, attached('P')]],
  ['security', () => [/\bsecurity[ \t]+add-\w+-password\b/i, apart('-[wX]')]],
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
