import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReportAnswers } from '../api.ts';

/** The page that the build put next to the program, and a policy that allows only its own style and script. */
export interface PageFile {
  readonly html: string;
  readonly policy: string;
}

export function readPageFile(): PageFile {
  const { createHash } = require('node:crypto') as typeof import('node:crypto');
  const html = readFileSync(join(__dirname, 'page.html'), 'utf8');
  const hash = (tag: string) => {
    const text = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(html)?.[1] ?? '';
    return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  };
  const policy = [
    "default-src 'none'",
    `script-src ${hash('script')}`,
    `style-src ${hash('style')}`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return { html, policy };
}

/** The page with its data, as one file that makes no requests. `<` is escaped, so that a text cannot end the script. */
export function pageWithData({ html, policy }: PageFile, answers: ReportAnswers): string {
  // frame-ancestors works only in a header.
  const asMeta = policy
    .replace(/; frame-ancestors [^;]*/, '')
    .replace("connect-src 'self'", "connect-src 'none'");
  const meta = `<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="${asMeta}">`;
  const data = JSON.stringify(answers).replaceAll('<', '\\u003c');
  return html
    .replace('<meta charset="utf-8">', () => meta)
    .replace('<!-- data -->', () => `<script type="application/json" id="data">${data}</script>`);
}
