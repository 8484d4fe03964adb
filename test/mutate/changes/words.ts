import { of } from '../mutation.ts';

/** Secrets are kept nowhere, and words of others do nothing where they are shown. */
export const words = [
  ...of('src/redact.ts', [
    {
      find: '[hideKeys, hidePuttyKeys, hideUsers,',
      replace: '[hidePuttyKeys, hideUsers,',
      tests: ['test/redaction/forms.test.ts'],
      why: 'a private key in stderr is kept',
    },
    {
      find: 'hideUsers, hideBareUsers, hideHeaders, hideSchemes];',
      replace: 'hideBareUsers, hideHeaders, hideSchemes];',
      tests: ['test/redaction/forms.test.ts'],
      why: 'the password of an address is kept',
    },
    {
      find: 'hideBareUsers, hideHeaders, hideSchemes];',
      replace: 'hideBareUsers, hideSchemes];',
      tests: ['test/redaction/forms.test.ts'],
      why: 'Authorization and Cookie are kept',
    },
    {
      find: 'hideHeaders, hideSchemes];',
      replace: 'hideHeaders];',
      tests: ['test/redaction/forms.test.ts'],
      why: 'a bearer token is kept',
    },
    {
      find: '    hideProgramPasswords,\n',
      replace: '',
      tests: ['test/redaction/forms.test.ts'],
      why: 'the password of mysql -p is kept',
    },
    {
      find: '  hideNamedValues,\n',
      replace: '',
      tests: ['test/redaction/forms.test.ts'],
      why: 'password=… is kept',
    },
    {
      find: '    hideKnownForms,\n  ];',
      replace: '  ];',
      tests: ['test/redaction/forms.test.ts'],
      why: 'tokens that anybody recognizes are kept',
    },
    {
      find: "looked.includes('\\u001b') ? looked.replaceAll(sequences, '') : looked",
      replace: 'looked',
      tests: ['test/redaction/forms.test.ts'],
      why: 'a colored password is kept',
    },
    {
      find: 'return text.length > most ? redact(text) : text;',
      replace: 'return text;',
      tests: ['test/redaction/cuts.test.ts', 'test/model/keptText.test.ts'],
      why: 'a cut separates a password from its name, and it is kept',
    },
    {
      find: 'text.length > mostRedacted ? withoutPartialWord(text.slice(-mostRedacted)) : text',
      replace: 'text',
      tests: ['test/redaction/forms.test.ts', 'test/redaction/linear.test.ts'],
      why: 'a text of gigabytes takes minutes',
    },
  ]),
  ...of('src/redaction/tokens.ts', [
    {
      find: '(?:AKIA|ASIA)',
      replace: '(?:ASIA)',
      tests: ['test/redaction/forms.test.ts'],
      why: 'keys of AWS are kept',
    },
    {
      find: 'gh[pousr]_',
      replace: 'gh[ousr]_',
      tests: ['test/redaction/forms.test.ts'],
      why: 'tokens of GitHub are kept',
    },
    {
      find: '[\\w-]{8,}\\.[\\w-]{8,}(?:\\.[\\w-]*)?/g',
      replace: '[\\w-]{8,}\\.[\\w-]{8,}/g',
      tests: ['test/redaction/forms.test.ts'],
      why: 'the signature of a web token is kept',
    },
  ]),
  ...of('src/redaction/keys.ts', [
    {
      find: 'const start = begin ?? cutKeyStart(text, { end: found.index, least: from });',
      replace: 'const start = begin ?? found.index;',
      tests: ['test/redaction/forms.test.ts', 'test/redaction/cuts.test.ts'],
      why: 'the end of a private key is kept if its beginning was cut away',
    },
  ]),
  ...of('src/redaction/addresses.ts', [
    {
      find: "const at = host.lastIndexOf('@');",
      replace: "const at = host.indexOf('@');",
      tests: ['test/redaction/forms.test.ts'],
      why: 'the rest of a password with an @ is kept',
    },
    {
      find: 'isPlain && !isSecretName(name) && !secretQueryNames.test(name)',
      replace: 'isPlain',
      tests: ['test/redaction/forms.test.ts', 'test/redaction/marks.test.ts'],
      why: 'a numeric token in an address is kept',
    },
  ]),
  ...of('src/ledger/store.ts', [
    {
      find: "const made = () => redactMark(typeof said === 'function' ? said() : said);",
      replace: "const made = () => (typeof said === 'function' ? said() : said);",
      tests: ['test/cli/secretsKept.test.ts'],
      only: 'errors, reasons and notes',
      why: 'secrets of errors and notes reach the ledger',
    },
  ]),
  ...of('src/phases/stageResult.ts', [
    {
      find: 'lastBytes(redact(isCut ? withoutPartialWord(text) : text), keptBytes)',
      replace: 'redact(lastBytes(isCut ? withoutPartialWord(text) : text, keptBytes))',
      tests: ['test/cli/secretsKept.test.ts'],
      only: 'saved stderr',
      why: 'kept stderr is cut before it is redacted, so that half of a key stays',
    },
    {
      find: 'isCut ? withoutPartialWord(text) : text',
      replace: 'text',
      tests: ['test/cli/secretsKept.test.ts'],
      only: 'saved stderr',
      why: 'the rest of a password whose name was cut away is kept',
    },
  ]),
  ...of('src/report/csv.ts', [
    {
      find: "/^[=+\\-@\\t\\r\\uff1d\\uff0b\\uff0d\\uff20]/.test(text) && !isNumber ? `'${text}` : text",
      replace: 'text',
      tests: ['test/report/hostileWords.test.ts'],
      why: 'a version runs as a formula in a spreadsheet',
    },
    {
      find: "text.replaceAll('\"', '\"\"')",
      replace: 'text',
      tests: ['test/report/formats.test.ts'],
      why: 'a quote ends a field of a CSV',
    },
  ]),
  ...of('src/report/messages/ciCommands.ts', [
    {
      find: "(startsLine(broken, at) ? ': :' : colons)",
      replace: 'colons',
      tests: ['test/report/hostileWords.test.ts'],
      why: 'an error message sets variables of a GitHub job',
    },
    {
      find: "text.includes('#') ? text.replaceAll(bracketed, '# ') : text",
      replace: 'text',
      tests: ['test/report/hostileWords.test.ts'],
      why: 'a response of a service sets PATH of an Azure job',
    },
  ]),
  ...of('src/text/visible.ts', [
    {
      find: "!hidden.test(character) && !(ascii && character > '\\x7e')",
      replace: "!(ascii && character > '\\x7e')",
      tests: ['test/report/visible.test.ts'],
      why: 'a version moves the cursor of who reads it',
    },
  ]),
  ...of('src/text/plainText.ts', [
    {
      find: '\\u202a-\\u202e',
      replace: '',
      tests: ['test/report/plainText.test.ts'],
      why: 'an imported name reads backwards',
    },
  ]),
];
