// The announcing person's browser makes the lot's opening key and cuts it for its holders. The private half exists here for
// a moment and is never sent; only the form's hidden field leaves.
import { must, pageData, put, sayer } from '../../Shared/texts';
import { makeOpeningKey, type Holder } from './sealing';

const field = document.querySelector<HTMLInputElement>('[data-r="made-key"]');
if (field?.form) {
  const { texts, data } = pageData<{ texts: Record<string, string>; data: { auction: string; needed: number; holders: Holder[] } }>('lot-key-data');
  const say = sayer(texts);
  const form = field.form;
  form.addEventListener('submit', event => {
    if (field.value !== '') return;
    event.preventDefault();
    makeOpeningKey(data.auction, data.needed, data.holders).then(
      made => {
        field.value = JSON.stringify(made);
        // In a task of its own: Chromium drops, without a word, a submission asked for while this one is still being dispatched.
        setTimeout(() => form.requestSubmit());
      },
      () => {
        const fault = must<HTMLElement>('[data-r="key-fault"]');
        put(fault, say('NoCrypto'));
        fault.hidden = false;
      });
  });
}
