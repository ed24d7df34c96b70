// The console's one dialog: a question, what it takes to answer it, yes or no.
import { at, show, write } from './hall';

export function dialog(title: string, text: string, body: HTMLElement[], yes: boolean): Promise<boolean> {
  const box = at('dialog') as HTMLDialogElement | null;
  if (!box || box.open) return Promise.resolve(false);
  write('dlg-title', title);
  write('dlg-text', text);
  at('dlg-body')?.replaceChildren(...body);
  show('dlg-yes', yes);
  box.returnValue = '';
  box.showModal();
  body[0]?.querySelector<HTMLElement>('input,button')?.focus();
  return new Promise(resolve => { box.onclose = () => { resolve(box.returnValue === 'yes'); }; });
}

export function field(label: string): [HTMLElement, HTMLInputElement] {
  const wrap = document.createElement('label');
  wrap.className = 'field';
  const input = document.createElement('input');
  input.className = 'input';
  input.autocomplete = 'off';
  wrap.append(label, input);
  return [wrap, input];
}
