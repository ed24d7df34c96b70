// The copying person's browser makes an opening key for each lot with sealed offers of a rehearsal, as for a real announcement.
import { must, pageData, put, sayer } from '../../Shared/texts';
import { makeOpeningKey, type Holder } from './sealing';

interface KeyData { lots: { auction: string; holders: Holder[] }[]; notaries: { organisation: string; publicKey: string }[]; notary: string }

const field = document.querySelector<HTMLInputElement>('[data-r="made-keys"]');
if (field?.form) {
  const { texts, data } = pageData<{ texts: Record<string, string>; data: KeyData }>('rehearsal-keys-data');
  const say = sayer(texts);
  const form = field.form;
  form.addEventListener('submit', event => {
    if (field.value !== '') return;
    event.preventDefault();
    const needed = Number(must<HTMLSelectElement>('#needed').value);
    const notary = data.notaries.find(n => n.organisation === must<HTMLSelectElement>('#notary').value);
    const third = notary ? [{ holder: data.notary, publicKey: notary.publicKey }] : [];
    Promise.all(data.lots.map(async lot => [lot.auction, await makeOpeningKey(lot.auction, needed, [...lot.holders, ...third])] as const)).then(
      made => {
        field.value = JSON.stringify(Object.fromEntries(made));
        // In a task of its own: Chromium drops, without a word, a submission asked for while this one is still being dispatched.
        setTimeout(() => form.requestSubmit());
      },
      () => {
        const fault = must<HTMLElement>('[data-r="key-fault"]');
        put(fault, say('NoCrypto'));
        fault.hidden = false;
      });
  });
  // Another choice wants other keys.
  form.addEventListener('change', () => { field.value = ''; });
}
