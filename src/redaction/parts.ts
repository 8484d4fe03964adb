import { isSecretName } from './secretName.ts';

const part =
  /\bname="([\w.[\]-]{1,64})"(?:\r?\n[\w-]{1,40}: [^\r\n]{0,200}){0,3}\r?\n\r?\n([^\r\n]{1,8192})/g;

/** The field of a multipart form: `name="password"`, an empty line, the value. */
export function hideParts(text: string): string {
  return text.replace(part, (all, name: string, value: string) =>
    isSecretName(name) ? `${all.slice(0, -value.length)}***` : all,
  );
}

const before =
  /(["']?\bvalue["']?\s{0,4}[:=]\s{0,4}["']?)([^\s"',{}]{1,512})(["']?(?:,\s{0,40}|\s{1,40})["']?(?:name|key)["']?\s{0,4}[:=]\s{0,4}["']?([\w.:-]{1,100}))/gi;

/** `{"value": "…", "name": "PASSWORD"}`: the value comes before its name. */
export function hideValuesBefore(text: string): string {
  return text.replace(before, (all, start: string, _: string, rest: string, name: string) =>
    isSecretName(name) ? `${start}***${rest}` : all,
  );
}
