// The header's clock: the server's time at load, carried on by the monotonic counter of the browser.
const clock = document.querySelector<HTMLElement>('[data-clock]');
if (clock) {
  const offset = Number(clock.dataset['clock']) - performance.now();
  const beijing = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false,
  });
  const tick = () => { clock.textContent = beijing.format(offset + performance.now()); };
  tick();
  setInterval(tick, 250);
}

// The menu of a narrow screen closes on Escape and when the focus or a tap leaves it.
const menu = document.querySelector<HTMLDetailsElement>('.menu-box');
if (menu) {
  menu.addEventListener('keydown', event => {
    if (event.key !== 'Escape' || !menu.open) return;
    menu.open = false;
    menu.querySelector('summary')?.focus();
  });
  menu.addEventListener('focusout', event => {
    if (event.relatedTarget instanceof Node && !menu.contains(event.relatedTarget)) menu.open = false;
  });
  document.addEventListener('click', event => {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  });
}

// A form that came back begins at what was wrong with it.
document.querySelector<HTMLElement>('main [aria-invalid="true"]')?.focus();

// What is new for the person, asked again while the page is looked at.
const counts = [...document.querySelectorAll<HTMLElement>('[data-count]')];
const countEvery = 30_000;
async function countAgain(): Promise<void> {
  if (document.visibilityState !== 'visible') return;
  for (const url of new Set(counts.map(count => count.dataset['count'] ?? ''))) {
    // No answer, or none for somebody who is signed out by now: the number stays until the next page.
    const answer = await fetch(url).catch(() => null);
    if (!answer?.ok) continue;
    const [count] = Object.values(await answer.json() as Record<string, number>);
    if (count === undefined) continue;
    for (const shown of counts.filter(c => c.dataset['count'] === url)) {
      shown.textContent = count > 99 ? '99+' : String(count);
      shown.hidden = count === 0;
    }
  }
}
if (counts.length > 0) {
  setInterval(() => { void countAgain(); }, countEvery);
  document.addEventListener('visibilitychange', () => { void countAgain(); });
}
