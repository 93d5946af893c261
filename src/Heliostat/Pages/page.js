// Puts in what changed. Everything can be read without it.
'use strict';
(() => {
  const main = document.getElementById('main');
  const stale = document.getElementById('stale');
  const live = main.dataset.live;
  if (!live) return;

  let heard = Date.now();
  const keep = () => {
    // Who selects text or walks by keyboard is not disturbed: what has the focus gets it back.
    const at = document.activeElement;
    return at && main.contains(at) ? at.getAttribute('href') : null;
  };
  const source = new EventSource(live);
  source.addEventListener('page', event => {
    heard = Date.now();
    const chosen = document.getSelection();
    if (chosen && !chosen.isCollapsed && main.contains(chosen.anchorNode)) return;
    const href = keep();
    main.innerHTML = JSON.parse(event.data);
    if (href) main.querySelector('a[href="' + CSS.escape(href) + '"]')?.focus({ preventScroll: true });
    const title = main.querySelector('h1');
    if (title && location.pathname === '/') document.title = title.textContent;
  });
  setInterval(() => {
    const silent = Math.round((Date.now() - heard) / 1000);
    const is = silent > 5;
    stale.hidden = !is;
    if (is) stale.textContent = 'No news for ' + silent + ' s: what is below may be over.';
    document.body.classList.toggle('stale', is);
  }, 1000);
})();
