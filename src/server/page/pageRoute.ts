import { respond } from '../http/respond.ts';
import type { Route } from '../route.ts';
import { type PageFile, readPageFile } from './pageFile.ts';

/** `/`: the web UI. The file is read at the first request. */
export function pageRoute(): Route {
  let page: PageFile | null = null;
  return {
    name: 'page',
    method: 'GET',
    path: '/',
    async answer(request) {
      page ??= readPageFile();
      return respond(request, {
        status: 200,
        headers: {
          'Content-Type': 'text/html; charset=utf-8',
          'Content-Security-Policy': page.policy,
          'Referrer-Policy': 'no-referrer',
        },
        body: page.html,
      });
    },
  };
}
