import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReportAnswers } from '../api.ts';

/** The page as the build left it beside the program, and the policy that lets exactly its own style and script run. */
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

/** The same page with its answers in it, for a file: no request is made. `<` in a text ends no script. */
export function pageWithData({ html, policy }: PageFile, answers: ReportAnswers): string {
  // Who may frame a page only a header can say.
  const asMeta = policy
    .replace(/; frame-ancestors [^;]*/, '')
    .replace("connect-src 'self'", "connect-src 'none'");
  const meta = `<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="${asMeta}">`;
  const data = JSON.stringify(answers).replaceAll('<', '\\u003c');
  return html
    .replace('<meta charset="utf-8">', () => meta)
    .replace('<!-- data -->', () => `<script type="application/json" id="data">${data}</script>`);
}
