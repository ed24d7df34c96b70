// What somebody is perhaps about to write, under a search box: arrows choose, Enter searches, Escape closes.
import { el, must, sayer } from '../Shared/texts';

const pause = 120;

/** Makes the box of a form one that suggests; without an answer it stays the plain box it was. */
export function suggest(box: HTMLElement): void {
  const input = must<HTMLInputElement>('input[type=search]', box);
  const address = box.dataset['suggest'] ?? '';
  const say = sayer({ count: box.dataset['count'] ?? '' });
  const list = el('ul', 'suggestions');
  const said = el('p', 'vh');
  list.id = `${input.name}-suggestions`;
  list.hidden = true;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', input.getAttribute('aria-label') ?? '');
  said.setAttribute('role', 'status');
  box.append(list, said);
  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-controls', list.id);
  input.setAttribute('aria-expanded', 'false');

  let asking = new AbortController();
  let timer = 0;
  let written = input.value;
  let at = -1;

  const options = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>('[role=option]')];

  function close(): void {
    clearTimeout(timer);
    asking.abort();
    list.hidden = true;
    at = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  }

  function choose(next: number): void {
    const all = options();
    at = next;
    all.forEach((option, i) => { option.setAttribute('aria-selected', String(i === at)); });
    const chosen = all[at];
    // Before the first and behind the last stands what was written.
    input.value = chosen?.textContent ?? written;
    if (chosen) input.setAttribute('aria-activedescendant', chosen.id);
    else input.removeAttribute('aria-activedescendant');
  }

  function show(items: string[]): void {
    at = -1;
    list.replaceChildren(...items.map((text, i) => {
      const option = el('li', '', text);
      option.id = `${list.id}-${i}`;
      option.setAttribute('role', 'option');
      option.setAttribute('aria-selected', 'false');
      return option;
    }));
    list.hidden = items.length === 0;
    input.setAttribute('aria-expanded', String(items.length > 0));
    input.removeAttribute('aria-activedescendant');
    said.textContent = items.length > 0 ? say('count', items.length) : '';
  }

  async function ask(): Promise<void> {
    asking.abort();
    asking = new AbortController();
    const own = asking;
    try {
      const answer = await fetch(`${address}?q=${encodeURIComponent(written)}`, { signal: own.signal, headers: { accept: 'application/json' } });
      if (!answer.ok) throw new Error(String(answer.status));
      const { items } = await answer.json() as { items: string[] };
      if (!own.signal.aborted) show(items.filter(item => item !== written.trim()));
    } catch {
      if (!own.signal.aborted) close();
    }
  }

  input.addEventListener('input', event => {
    // Half a word of an input method is no word yet.
    if ((event as InputEvent).isComposing) return;
    written = input.value;
    clearTimeout(timer);
    if (written.trim() === '') close();
    else timer = window.setTimeout(() => { void ask(); }, pause);
  });
  input.addEventListener('compositionend', () => { input.dispatchEvent(new Event('input')); });
  input.addEventListener('keydown', event => {
    if (event.isComposing || list.hidden) return;
    const count = options().length;
    if (event.key === 'ArrowDown') choose(at === count - 1 ? -1 : at + 1);
    else if (event.key === 'ArrowUp') choose(at === -1 ? count - 1 : at - 1);
    else if (event.key === 'Escape') {
      input.value = written;
      close();
    } else return;
    event.preventDefault();
  });
  input.addEventListener('blur', close);
  input.form?.addEventListener('submit', close);
  // The pointer leaves the focus in the box.
  list.addEventListener('pointerdown', event => { event.preventDefault(); });
  list.addEventListener('click', event => {
    const option = (event.target as Element).closest<HTMLElement>('[role=option]');
    if (!option) return;
    input.value = written = option.textContent ?? '';
    close();
    input.form?.requestSubmit();
  });
}
