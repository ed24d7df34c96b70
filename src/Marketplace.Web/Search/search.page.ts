// The search without reloading: the same addresses and the same page, of which only what changed is put in place.
import { must } from '../Shared/texts';
import { suggest } from './suggest';

for (const box of document.querySelectorAll<HTMLElement>('[data-suggest]')) suggest(box);

const form = document.querySelector<HTMLFormElement>('#search');
if (form) goOnLive(form);

function goOnLive(search: HTMLFormElement): void {
  const parts = ['#kinds', '#kept', '#facets', '#filters-on', '#found', '.top .nav'];
  const said = must<HTMLElement>('#found-said');
  let asking = new AbortController();
  search.dataset['live'] = '';

  /** What the form says as an address: without what is empty and without the order that is usual. */
  function address(): string {
    const all = new URLSearchParams();
    for (const [name, value] of new FormData(search)) {
      if (typeof value !== 'string' || value === '') continue;
      if (name === 'order' && value === must<HTMLSelectElement>('select[name=order]', search).dataset['usual']) continue;
      all.append(name, value);
    }
    return all.size > 0 ? `${search.action}?${all.toString()}` : search.action;
  }

  /** Where the focus is, so that it can go back there in what is put in place. */
  function focused(): string | null {
    const active = document.activeElement;
    if (!(active instanceof HTMLElement) || !search.contains(active)) return null;
    if (active.id !== '') return `#${CSS.escape(active.id)}`;
    const name = active.getAttribute('name');
    if (name === null) return null;
    const value = active instanceof HTMLInputElement && active.type === 'checkbox' ? `[value=${JSON.stringify(active.value)}]` : '';
    return `[name=${JSON.stringify(name)}]${value}`;
  }

  async function go(url: string, push: boolean, toTop: boolean): Promise<void> {
    asking.abort();
    asking = new AbortController();
    const own = asking;
    must('#found').setAttribute('aria-busy', 'true');
    try {
      const answer = await fetch(url, { signal: own.signal, headers: { accept: 'text/html' } });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (own.signal.aborted) return;
      if (!page.querySelector('#found')) throw new Error(String(answer.status));
      take(page, toTop);
      if (push) history.pushState(null, '', url);
    } catch {
      // The browser says better what is wrong with the line or the server.
      if (!own.signal.aborted) location.assign(url);
    }
  }

  function take(page: Document, toTop: boolean): void {
    const was = focused();
    const open = [...search.querySelectorAll('[data-facet]:has(details[open])')].map(f => f.getAttribute('data-facet'));
    for (const part of parts) {
      const fresh = page.querySelector(part);
      if (fresh) document.querySelector(part)?.replaceChildren(...document.adoptNode(fresh).childNodes);
    }
    // The other language is that of the search as it stands now.
    const other = page.querySelector<HTMLAnchorElement>('a.lang')?.href;
    if (other) for (const link of document.querySelectorAll<HTMLAnchorElement>('.top a[lang]')) link.href = other;
    for (const facet of open) search.querySelector(`[data-facet="${facet ?? ''}"] details`)?.setAttribute('open', '');
    document.title = page.title;
    must('#found').setAttribute('aria-busy', 'false');
    said.textContent = must('#found-title').textContent ?? '';
    if (toTop) {
      must<HTMLElement>('#found-title').focus({ preventScroll: true });
      scrollTo({ top: 0 });
    } else if (was !== null) {
      search.querySelector<HTMLElement>(was)?.focus({ preventScroll: true });
    }
  }

  search.addEventListener('submit', event => {
    event.preventDefault();
    void go(address(), true, false);
  });
  search.addEventListener('change', event => {
    const field = event.target as HTMLInputElement;
    if (field.name === '' || field.name === 'q') return;
    void go(address(), true, false);
  });
  search.addEventListener('click', event => {
    const link = (event.target as Element).closest('a');
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || url.pathname !== new URL(search.action).pathname) return;
    event.preventDefault();
    const words = must<HTMLInputElement>('#q', search);
    words.value = url.searchParams.get('q') ?? '';
    void go(url.href, true, true);
  });
  window.addEventListener('popstate', () => {
    must<HTMLInputElement>('#q', search).value = new URLSearchParams(location.search).get('q') ?? '';
    void go(location.href, false, false);
  });
}
