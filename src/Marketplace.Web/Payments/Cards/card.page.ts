// The provider's own card form: the card goes from its frame to the provider, and the market gets the provider's word for it.
import { must, put } from '../../Shared/texts';

interface Answer {
  error?: { message?: string };
}

interface Provider {
  elements(options: object): {
    create(kind: 'payment', options?: object): { mount(node: HTMLElement): void; on(event: 'ready' | 'loaderror', then: () => void): void };
    submit(): Promise<Answer>;
  };
  createPaymentMethod(options: object): Promise<Answer & { paymentMethod?: { id: string } }>;
}

declare global {
  interface Window {
    Stripe?: (key: string, options: { locale: string }) => Provider;
  }
}

const form = must<HTMLFormElement>('#card-form');
const [button, method, fault] = [must<HTMLButtonElement>('button', form), must<HTMLInputElement>('input[name=method]', form), must('#card-fault')];
const data = form.dataset;
const missing = data['missing'] ?? '';

if (!window.Stripe) put(fault, missing);
else {
  const provider = window.Stripe(data['key'] ?? '', { locale: data['language'] === 'zh' ? 'zh' : 'en' });
  const elements = provider.elements({ mode: 'payment', amount: Number(data['fen']), currency: 'cny', paymentMethodTypes: ['card'], paymentMethodCreation: 'manual' });
  const element = elements.create('payment');
  element.on('ready', () => (button.disabled = false));
  element.on('loaderror', () => put(fault, missing));
  element.mount(must<HTMLElement>('#card-element'));

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    button.disabled = true;
    put(fault, '');
    void choose().then((said) => {
      button.disabled = false;
      // Not asked again: this event may be under way still, and a form in the middle of one sends nothing.
      if (said === null) form.submit();
      else put(fault, said);
    });
  });

  /** What the provider says against the card; null when it took it. */
  const choose = async (): Promise<string | null> => {
    try {
      const filled = await elements.submit();
      if (filled.error) return filled.error.message ?? missing;
      const made = await provider.createPaymentMethod({ elements });
      if (!made.paymentMethod) return made.error?.message ?? missing;
      method.value = made.paymentMethod.id;
      return null;
    } catch {
      return missing;
    }
  };
}
