import { apart, attached, behind, joined, type Program, user, userColon, word } from './forms.ts';

/** Clients of databases, queues and key-value stores, and their commands. */
export const databases: readonly Program[] = [
  [
    'mysql mariadb percona xtrabackup',
    () => [/\b(?:mysql|mariadb|percona|xtrabackup)/i, new RegExp(`([ \\t]["']?-p)${word}`, 'g')],
  ],
  ['mongo', () => [/\bmongo/i, attached('p')]],
  [
    'mycli cqlsh beeline rabbitmqadmin clickhouse-client',
    () => [/\b(?:mycli|cqlsh|beeline|rabbitmqadmin|clickhouse-client)\b/i, attached('p')],
  ],
  [
    'sqlcmd bcp sql mosquitto_',
    () => [
      /\b(?:sqlcmd|bcp|freebcp|osql|isql|tsql|fisql|mssql-cli|mosquitto_(?:pub|sub|rr))\b/i,
      attached('P'),
    ],
  ],
  ['sqlcmd bcp osql', () => [/\b(?:sqlcmd|bcp|osql)\b/i, joined('/P[ \\t]{1,4}')]],
  ['isql', () => [/\bisql\b/i, behind('\\bisql[ \\t]{1,4}[\\w.-]{1,64}[ \\t]{1,4}[\\w.-]{1,64}')]],
  ['sqlplus sqlcl', () => [/\b(?:sqlplus|sqlcl)\b/i, new RegExp(`([ \\t]${user}/)[^\\s@"']{1,128}`, 'g')]],
  [
    'exp imp rman',
    () => [
      /\b(?:exp|imp|rman)\b/i,
      new RegExp(
        `((?:\\b(?:exp|imp)|target|catalog)[ \\t]{1,4}(?:userid=)?${user}/)[^\\s@"'/]{1,128}(?=["']?@)`,
        'gi',
      ),
    ],
  ],
  [
    'conn',
    () => [
      /\bconn(?:ect)?[ \t]/i,
      new RegExp(
        `(^(?:SQL> ?)?[ \\t]{0,8}conn(?:ect)?[ \\t]{1,4}${user}/)[^\\s@"'/]{1,128}(?=@[^\\s]{1,256}(?: as \\w{1,16})?\\s{0,4}$)`,
        'gi',
      ),
    ],
  ],
  [
    'expdp impdp sqlldr',
    () => [
      /\b(?:expdp|impdp|sqlldr)\b/i,
      new RegExp(`(\\b(?:expdp|impdp|sqlldr)[ \\t]{1,4}(?:userid=)?${user}/)[^\\s@"'/]{1,128}`, 'gi'),
    ],
  ],
  [
    'jdbc:oracle',
    () => [
      /\b(?:jdbc:oracle:(?:thin|oci8?)):/i,
      /(:(?:thin|oci8?):[\w.$#-]{1,128}\/)(?!\/)[^\s"'/]{1,128}(?=@)/gi,
    ],
  ],
  ['using', () => [/\bconnect[ \t]+to\b/i, behind('\\buser[ \\t]{1,4}[\\w.-]{1,64}[ \\t]{1,4}using')]],
  ['redis-cli', () => [/\bredis-cli\b/i, apart('-a')]],
  [
    'auth',
    () => [
      /(?:^|> ?)AUTH[ \t]/,
      /((?:^|> ?)AUTH[ \t]{1,4}(?:[\w.-]{1,64}[ \t]{1,4})?)(?=\S*\d)[^\s]{4,512}(?=\s*$)/g,
    ],
  ],
  [
    'auth',
    () => [
      /\bAUTH[ \t]+(?:PLAIN|LOGIN|XOAUTH2)/,
      /(\bAUTH[ \t]{1,4}(?:PLAIN|LOGIN|XOAUTH2)[ \t]{1,4})[A-Za-z0-9+/=]{4,2048}/g,
    ],
  ],
  ['pass', () => [/> ?PASS[ \t]/, /(> ?PASS[ \t]{1,4})[^\s]{1,512}(?=\s{0,8}$)/g]],
  [
    'rabbitmqctl',
    () => [
      /\brabbitmqctl\b/i,
      behind('(?:add_user|change_password|authenticate_user)[ \\t]{1,4}[\\w.@-]{1,128}'),
    ],
  ],
  ['etcdctl', () => [/\betcdctl\b/i, new RegExp(`(--user[ \\t=]{1,4}${userColon}`, 'g')]],
];
