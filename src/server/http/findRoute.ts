import type { Route } from '../route.ts';

/** The route for a method and a path; else the methods that this path would take, none where nobody knows it. */
export type Found = { readonly route: Route } | { readonly allowed: readonly string[] };

/** An exact path before a prefix, a longer prefix before a shorter one. HEAD is asked of the route for GET. */
export function findRoute(
  routes: readonly Route[],
  { method, path }: { method: string; path: string },
): Found {
  const named = routes.filter((route) => matches(route.path, path));
  const wanted = method === 'HEAD' ? 'GET' : method;
  const fitting = named
    .filter((route) => route.method === wanted)
    .sort((one, other) => precision(other.path) - precision(one.path));
  const [route] = fitting;
  if (route !== undefined) return { route };
  const methods = new Set(named.flatMap((one) => (one.method === 'GET' ? ['GET', 'HEAD'] : [one.method])));
  return { allowed: [...methods].sort() };
}

function matches(pattern: string, path: string): boolean {
  return pattern.endsWith('/*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}

function precision(pattern: string): number {
  return pattern.endsWith('/*') ? pattern.length : Number.MAX_SAFE_INTEGER;
}
