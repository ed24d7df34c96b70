// The verification on the transcript page (one known address) and on /verify (a file or pasted text).
import { el, must, pageData, put, sayer } from '../Shared/texts';
import { timeOfDay } from './clock';
import { yuan } from './money';
import { askLog, publishedKeys, verify, type Finding } from './transcript';

const say = sayer(pageData<Record<string, string>>('verify-texts'));
const root = must<HTMLElement>('[data-verify]');
const find = <T extends Element = HTMLElement>(name: string): T => must<T>(`[data-r="${name}"]`, root);
const button = find<HTMLButtonElement>('verify');
const note = find('verdict');
const address = root.dataset['verify'] ?? '';

function show(tone: 'ok' | 'bad' | 'warn' | '', title: string, text: string, facts: [string, string][] = []): void {
  if (tone === '') delete note.dataset['t'];
  else note.dataset['t'] = tone;
  note.hidden = false;
  put(find('verdict-title'), title);
  put(find('verdict-text'), text);
  const list = find('verdict-facts');
  list.replaceChildren(...facts.flatMap(([name, value]) => [el('dt', '', name), el('dd', 'mono', value)]));
  list.hidden = facts.length === 0;
}

async function run(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  if (typeof crypto === 'undefined' || !crypto.subtle) {
    show('warn', say('NoCrypto'), say('NoCryptoText'));
    return;
  }
  button.disabled = true;
  const began = performance.now();
  const keys = await publishedKeys();
  const found = await verify(bytes, keys?.map(k => k.keyId) ?? null, (done, of) => { put(find('verdict-text'), say('Checking', done, of)); });
  const now = found.ok && keys ? await askLog(found.head, found.at, keys) : 'unreachable';
  put(find('verdict-when'), say('Took', timeOfDay(Date.now()), ((performance.now() - began) / 1000).toFixed(2)));
  tell(found, now);
  button.disabled = false;
  note.focus();
}

function tell(found: Finding, now: Awaited<ReturnType<typeof askLog>>): void {
  if (!found.ok) {
    show('bad', say('Failed'), say(`Bad.${found.reason}`, found.line));
    return;
  }
  if (now === 'other') {
    show('bad', say('Failed'), say('Bad.other'), [[say('Head'), `${found.head.version} · ${found.head.hash}`]]);
    return;
  }
  const facts: [string, string][] = [[say('Head'), `${found.head.version} · ${found.head.hash}`], [say('Key'), found.head.key]];
  const logged = typeof now === 'object' ? now : found.logged;
  facts.push([say('Log'), logged ? say(typeof now === 'object' ? 'LoggedNow' : 'LoggedInFile', logged.index, logged.size, logged.origin) : say(now === 'notYet' ? 'NotLoggedYet' : 'LogUnreachable')]);
  const result = !found.complete ? say('StillRunning')
    : found.result?.outcome === 'sold' ? say('SoldTo', String(found.result.winner).padStart(3, '0'), yuan(found.result.priceFen ?? 0)) : say('Unsold');
  show(found.published ? 'ok' : 'warn', say(found.published ? 'Passed' : 'PassedNotPinned'), `${found.rehearsalOf ? `${say('Rehearsal', found.rehearsalOf)} ` : ''}${say('PassedText', found.lines)} ${result}`, facts);
}

if (address !== '') {
  button.hidden = false;
  button.addEventListener('click', () => {
    void (async () => {
      show('', say('Loading'), '');
      try {
        const answer = await fetch(address, { cache: 'no-store' });
        if (!answer.ok) throw new Error(String(answer.status));
        await run(new Uint8Array(await answer.arrayBuffer()));
      } catch {
        show('warn', say('NotLoaded'), say('NotLoadedText'));
      }
    })();
  });
} else {
  const form = find<HTMLFormElement>('verify-form');
  const file = must<HTMLInputElement>('#file', root);
  const text = must<HTMLTextAreaElement>('#text', root);
  const drop = find('drop');
  const ready = () => { button.disabled = text.value.trim() === '' && !file.files?.length; };
  text.addEventListener('input', ready);
  file.addEventListener('change', () => { ready(); button.focus(); });
  for (const kind of ['dragover', 'dragleave', 'drop']) {
    drop.addEventListener(kind, event => {
      event.preventDefault();
      drop.classList.toggle('over', kind === 'dragover');
    });
  }
  drop.addEventListener('drop', event => {
    const dropped = (event as DragEvent).dataTransfer?.files;
    if (!dropped?.length) return;
    file.files = dropped;
    ready();
    form.requestSubmit();
  });
  form.addEventListener('submit', event => {
    event.preventDefault();
    void (async () => {
      const chosen = file.files?.[0];
      // Pasted text wins when there is any: it is what the reader looks at.
      const bytes = text.value.trim() !== '' || !chosen ? new TextEncoder().encode(text.value.replace(/\r\n/g, '\n')) : new Uint8Array(await chosen.arrayBuffer());
      await run(bytes);
    })();
  });
  ready();
}
