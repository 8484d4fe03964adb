/// <reference lib="dom" />
import type { Deployment, Overview, Page } from './answers.ts';
import { now } from './clock.ts';
import { compare } from './compare.ts';
import { detail } from './detail.ts';
import { el } from './dom.ts';
import { type Filters, list } from './list.ts';
import { overview } from './overview.ts';
import { pageSource, type Source } from './source.ts';

/** Shows what the address asks for, and again when it or the ledger changes. */
class App {
  readonly #source: Source = pageSource();
  readonly #main = document.getElementById('main') as HTMLElement;
  readonly #head = document.getElementById('head') as HTMLElement;
  readonly #said = document.getElementById('said') as HTMLElement;
  #filters: Filters = {};
  #site: Filters = {};
  #turn = 0;

  start(): void {
    this.#head.replaceChildren(title());
    if (location.hash === '' && this.#source.start !== '') location.replace(this.#source.start);
    addEventListener('hashchange', () => {
      void this.#show().then(() => this.#main.focus());
    });
    if (this.#source.isLive)
      new EventSource('/api/events').addEventListener('change', () => void this.#show());
    void this.#show();
  }

  /** Of two at once the later one stands. */
  async #show(): Promise<void> {
    const mine = ++this.#turn;
    try {
      const shown = await this.#view();
      if (mine !== this.#turn) return;
      const focused = document.activeElement?.getAttribute('data-filter');
      this.#main.replaceChildren(...shown);
      if (focused) this.#main.querySelector<HTMLElement>(`[data-filter="${CSS.escape(focused)}"]`)?.focus();
      this.#said.textContent = '';
    } catch (error) {
      if (mine !== this.#turn) return;
      this.#said.textContent = `This cannot be shown: ${(error as Error).message}`;
    }
    this.#main.dataset.ready = String(mine);
  }

  async #view(): Promise<HTMLElement[]> {
    const [, kind, one = '', other = ''] = location.hash.split('/').map(decodeURIComponent);
    if (kind === 'd') return detail(await this.#deployment(one), now());
    if (kind === 'c') return compare(await this.#deployment(one), await this.#deployment(other));
    const [first, page] = await Promise.all([
      this.#source.get<Overview>(`/api/overview${query(this.#site)}`),
      this.#source.get<Page>(`/api/deployments${query(this.#filters)}`),
    ]);
    this.#headOf(first);
    return [...overview(first, now()), ...this.#listOf(first, page)];
  }

  async #deployment(id: string): Promise<Deployment> {
    const found = await this.#source.get<Deployment>(`/api/deployments/${encodeURIComponent(id)}`);
    // A link may lead here past the overview.
    if (found.sample === true && this.#head.querySelector('.sample') === null) this.#head.append(invented());
    return found;
  }

  #listOf({ sites }: Overview, page: Page): HTMLElement[] {
    const narrow = (filters: Filters): void => {
      this.#filters = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ''));
      void this.#show();
    };
    const { next } = page;
    return list({
      page,
      sites,
      filters: this.#filters,
      isLive: this.#source.isLive,
      onFilter: ({ startedAt: _, rowId: __, ...filters }) => narrow(filters),
      onMore: () => {
        if (next !== null) narrow({ ...this.#filters, startedAt: next.startedAt, rowId: String(next.rowId) });
      },
    });
  }

  #headOf({ site, sites, sample }: Overview): void {
    const select = el('select', { 'aria-label': 'Deployment and environment' });
    for (const one of sites)
      select.append(el('option', { value: JSON.stringify(one) }, `${one.deployment} / ${one.environment}`));
    select.value = JSON.stringify(site);
    select.addEventListener('change', () => {
      this.#site = JSON.parse(select.value) as Filters;
      void this.#show();
    });
    this.#head.replaceChildren(
      title(),
      ...(this.#source.isLive && sites.length > 1 ? [select] : []),
      ...(sample === true ? [invented()] : []),
    );
  }
}

function title(): HTMLElement {
  return el('h1', {}, 'Deployments');
}

function invented(): HTMLElement {
  return el('strong', { class: 'sample' }, 'Sample data: every deployment here is invented');
}

function query(values: Filters): string {
  const text = new URLSearchParams(values).toString();
  return text === '' ? '' : `?${text}`;
}

new App().start();
