import { clouds, files } from './filesAndClouds.ts';
import {
  apart,
  attached,
  behind,
  joined,
  operand,
  type Program,
  user,
  userColon,
  word,
} from './programForms.ts';

const databases: readonly Program[] = [
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

const logins: readonly Program[] = [
  ['sshpass', () => [/\bsshpass\b/i, attached('p')]],
  [
    'curl',
    () => [
      /\bcurl(?:\.exe)?\b/i,
      new RegExp(`([ \\t](?:-[a-zA-Z]{0,8}[uU]|--user|--proxy-user)[ \\t=]{0,8}${userColon}`, 'g'),
    ],
  ],
  [
    'curl',
    () => [
      /\bcurl(?:\.exe)?\b/i,
      /([ \t](?:-E|--cert|--proxy-cert)[ \t=]{1,8}["']?[^\s:"']{2,256}:)[^\s"'\\/]{1,512}/g,
    ],
  ],
  [
    'http xh',
    () => [
      /(?:^|[\s;&|])(?:https?|xh|xhs)[ \t]/,
      new RegExp(`([ \\t](?:-a|--auth)[ \\t=]{1,4}${userColon}`, 'g'),
    ],
  ],
  [
    'jenkins-cli ab nikto',
    () => [
      /\b(?:jenkins-cli|ab|nikto)\b/i,
      /([ \t](?:-auth|-[AP]|-id)[ \t]{1,4}["']?[^\s:"'/]{1,128}:)[^\s"']{1,512}/g,
    ],
  ],
  ['ldap', () => [/\bldap/i, attached('w')]],
  [
    'snmp',
    () => [
      /\bsnmp(?:walk|bulkwalk|get|getnext|bulkget|set|table|trap|inform|df|status|test|usm|vacm|delta)\b/i,
      attached('[cAX]'),
    ],
  ],
  [
    'htpasswd',
    () => [
      /\bhtpasswd\b/i,
      behind(
        `\\bhtpasswd(?:[ \\t]{1,4}-[a-zA-Z]{1,12}(?:[ \\t]{1,4}\\d{1,3})?){0,6}[ \\t]{1,4}-[a-zA-Z]{0,12}b[a-zA-Z]{0,12}(?:[ \\t]{1,4}-[a-zA-Z]{1,12}){0,6}(?:[ \\t]{1,4}[^\\s"'<>|;&-][^\\s;|]{0,255}){1,2}`,
      ),
    ],
  ],
  [
    'chpasswd',
    () => [
      /\bchpasswd\b/i,
      /(\b[\w.-]{1,64}:)[^\s"'|]{1,256}(?=["']?[ \t]{0,8}\|[ \t]{0,8}(?:sudo[ \t]{1,4})?\S{0,32}chpasswd)/g,
    ],
  ],
  ['useradd usermod', () => [/\b(?:useradd|usermod)\b/i, apart('-p')]],
  [
    'smb winexe rpcclient net nmblookup wmic',
    () => [
      /\b(?:smb\w{1,16}|winexe|rpcclient|net|nmblookup|wmic)\b/i,
      /([ \t](?:-U|--user)[ \t=]{0,8}["']?[^\s%"']{1,128}%)[^\s"']{1,512}/g,
    ],
  ],
  ['mount', () => [/\bmount/i, /(\buser(?:name)?=[^\s%,]{1,128}%)[^\s,]{1,512}/g]],
  [
    'smbclient',
    () => [/\bsmbclient\b/i, behind('\\bsmbclient[ \\t]{1,4}(?:"[^"]{1,256}"|[/\\\\]{2,4}[^\\s]{1,256})')],
  ],
  [
    'use',
    () => [
      /\bnet(?:\.exe)?[ \t]+use\b/i,
      behind(
        '\\bnet(?:\\.exe)?[ \\t]+use(?:[ \\t]{1,4}[a-z*]:?)?[ \\t]{1,4}\\\\\\\\[^\\s]{1,256}(?:[ \\t]{1,4}/user:[^\\s]{1,128})?',
      ),
    ],
  ],
  [
    'user',
    () => [/\bnet(?:\.exe)?[ \t]+user\b/i, behind('\\bnet(?:\\.exe)?[ \\t]+user[ \\t]{1,4}[\\w.-]{1,128}')],
  ],
  [
    'freerdp msdeploy cmdkey winrm signtool schtasks sqlpackage',
    () => [
      /\b(?:x|wl|w)?freerdp\d?\b|\bmsdeploy\b|\bcmdkey\b|\bwinrm\b|\bsigntool\b|\bschtasks\b|\bsqlpackage\b/i,
      joined('[/-](?:p|pass|password|rp|tp|sp)[:=]'),
    ],
  ],
  ['signtool schtasks', () => [/\b(?:signtool|schtasks)\b/i, joined('/r?p[ \\t]{1,4}')]],
  [
    'rdesktop psexec racadm certutil ncftp twine hydra cadaver xmpp',
    () => [
      /\b(?:rdesktop|psexec(?:64)?|racadm|certutil|ncftp\w{0,8}|twine|hydra|cadaver|xmpp)\b/i,
      apart('-p'),
    ],
  ],
  ['plink pscp psftp putty kitty klink', () => [/\b(?:plink|pscp|psftp|putty|kitty|klink)\b/i, apart('-pw')]],
  ['ipmitool p4', () => [/\b(?:ipmitool|p4)\b/i, attached('P')]],
  ['lftp', () => [/\blftp\b/i, /([ \t]-u[ \t]{0,4}["']?[^\s,"']{1,128},)[^\s"']{1,512}/g]],
  ['wpa_passphrase', () => [/\bwpa_passphrase\b/i, behind(`\\bwpa_passphrase[ \\t]{1,4}${operand}`)]],
  ['nmcli', () => [/\bnmcli\b/i, /([ \t](?:password|[\w.-]{0,40}psk)[ \t]{1,4})[^\s]{1,512}/g]],
  ['swaks', () => [/\bswaks\b/i, apart('-ap')]],
  ['sendemail', () => [/\bsendemail\b/i, apart('-xp')]],
  ['pserver', () => [/:pserver:/, /(:pserver:[^\s:@/]{1,128}:)[^\s@/]{1,256}(?=@)/g]],
];

/** Programs that take a password in a way of their own. Short options count behind their own program's name alone. */
export const programs: readonly Program[] = [...databases, ...logins, ...files, ...clouds];
