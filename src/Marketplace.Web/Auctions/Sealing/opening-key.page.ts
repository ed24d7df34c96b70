// A holder's own key: made here, saved as a file that only the passphrase opens. The market gets the public half.
import { must, pageData, put, sayer } from '../../Shared/texts';
import { makeHolderKey, openHolderKey } from './sealing';

const { texts, data } = pageData<{ texts: Record<string, string>; data: { organisation: string } }>('key-data');
const say = sayer(texts);
const at = <T extends HTMLElement = HTMLElement>(name: string): T => must<T>(`[data-r="${name}"]`);
const make = at<HTMLFormElement>('make');
const go = at<HTMLButtonElement>('go');
const pass = must<HTMLInputElement>('#pass');
const again = must<HTMLInputElement>('#again');
const wrong = at('wrong');
const kept = at<HTMLInputElement>('kept');
const send = at<HTMLButtonElement>('send');
const file = at<HTMLAnchorElement>('file');
const LEAST = 12;
let saved = false;

function fault(): string {
  if ([...pass.value].length < LEAST) return say('PassShort', LEAST);
  return pass.value === again.value ? '' : say('PassDiffers');
}

function refuse(text: string): void {
  put(wrong, text);
  wrong.hidden = text === '';
}

async function run(): Promise<void> {
  const bad = fault();
  refuse(bad);
  if (bad !== '') {
    (pass.value.length < LEAST ? pass : again).focus();
    return;
  }
  go.disabled = true;
  const label = go.textContent ?? '';
  put(go, say('Making'));
  try {
    const made = await makeHolderKey(pass.value);
    const text = `${JSON.stringify(made, null, 2)}\n`;
    // What is saved is opened once, before anybody relies on it.
    if (typeof await openHolderKey(text, pass.value) === 'string') throw new Error('The file does not open.');
    pass.value = again.value = '';
    file.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    file.download = say('FileName', data.organisation, made.fingerprint.slice(0, 8));
    put(at('print'), (made.fingerprint.match(/.{4}/g) ?? []).join(' '));
    at<HTMLInputElement>('public').value = made.publicKey;
    make.hidden = true;
    at('register').hidden = false;
    at('made').focus();
  } catch {
    refuse(say('NoCrypto'));
  } finally {
    go.disabled = false;
    put(go, label);
  }
}

const ready = () => { send.disabled = !(saved && kept.checked); };
go.disabled = typeof crypto === 'undefined' || !crypto.subtle;
if (go.disabled) refuse(say('NoCrypto'));
make.addEventListener('submit', event => {
  event.preventDefault();
  void run();
});
file.addEventListener('click', () => {
  saved = true;
  ready();
});
kept.addEventListener('change', ready);
