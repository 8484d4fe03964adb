import { respond } from '../http/respond.ts';
import type { Route } from '../route.ts';
import { type PageFile, readPageFile } from './pageFile.ts';

/** `/`: the page. Read once, when it is asked for first. */
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
