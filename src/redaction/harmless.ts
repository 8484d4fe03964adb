/** Words that follow a name in a sentence, and are not a secret. */
const harmless = new Set(
  (
    'a an and are as at bad be been by can cannot could command did do does else empty error expected expired failed failure ' +
    'for from given had has have hidden if in incorrect inherit invalid is it its length malformed may mismatch missing ' +
    'must needed needs nil no none not null of off ok on only optional or permission present provided redacted rejected ' +
    'required revoked set should sorry string that the this to too true false undefined unknown unset unspecified valid ' +
    'was were which will with without would wrong yes you your authentication authorization basic bearer digest disabled ' +
    'enabled based'
  ).split(' '),
);

/** Whether an unquoted value means "none", is syntax of another notation, or is already hidden. */
export function isNoValue(value: string): boolean {
  return /^(?:[|>][+-]?|[-([{]|\{\}|\[\]|\(\)|\.{2,3}|…|\*{3,}|null|nil|none|undefined|true|false)[,;)\]}]{0,3}$/i.test(
    value,
  );
}

/** Whether it is that, or a word of a sentence: `password: must be changed`. */
export function isHarmless(value: string): boolean {
  if (isNoValue(value)) return true;
  return harmless.has(value.toLowerCase().replace(/[.,;:!?)\]}]{1,4}$/, ''));
}

/**
 * Whether a word is unlikely to be one of a language: letters with a digit, or with a sign that does not occur within
 * words.
 */
export function looksMade(word: string): boolean {
  const inner = word.replace(/[.,;:!?)\]}"']{1,4}$/, '');
  return (/[A-Za-z]/.test(inner) && /\d/.test(inner)) || /[!@#$%^&*+=~].|.[!@#$%^&*+=~]/.test(inner);
}
