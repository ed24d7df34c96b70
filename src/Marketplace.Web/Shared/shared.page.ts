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
