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
