// Explains the check of the credit code while it is typed. The rule itself is the server's: one rule in one place.
interface Answer { normalised: string; code: string | null; expected: string | null; warnings: string[] }

const input = document.querySelector<HTMLInputElement>('#uscc');
const hint = document.querySelector<HTMLElement>('#uscc-hint');

if (input && hint) {
  const say = (text: string, tone: 'ok' | 'warn' | 'bad' | '') => {
    hint.textContent = text;
    hint.className = tone ? `hint ${tone}` : 'hint';
    input.toggleAttribute('aria-invalid', tone === 'bad');
    if (tone === 'bad') input.setAttribute('aria-invalid', 'true');
  };
  const text = (key: string) => hint.dataset[key] ?? '';
  let asked = 0;

  const check = async () => {
    const mine = ++asked;
    const typed = input.value.trim();
    if (!typed) { say(text('idle'), ''); return; }
    const response = await fetch(`/api/organisations/uscc?code=${encodeURIComponent(typed)}`).catch(() => null);
    if (mine !== asked || !response?.ok) return;
    const answer = await response.json() as Answer;
    if (mine !== asked) return;
    if (answer.code) {
      const plain = /^[0-9A-HJ-NPQRTUWXY]*$/.test(answer.normalised) && answer.normalised.length < 18;
      if (plain) say(text('short').replace('{0}', String(answer.normalised.length)), '');
      else say(text('malformed'), 'bad');
    } else if (answer.warnings.length === 0) {
      say(text('good').replace('{0}', answer.normalised), 'ok');
    } else {
      const found = answer.warnings.map(w => text(w).replace('{0}', answer.expected ?? ''));
      say([...found, text('review')].join(' '), 'warn');
    }
  };

  let timer = 0;
  input.addEventListener('input', () => { clearTimeout(timer); timer = window.setTimeout(() => void check(), 250); });
  if (input.value && !input.hasAttribute('aria-invalid')) void check();
}
