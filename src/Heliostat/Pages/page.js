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
  // What was drawn (Charts/) stays where it is, and all around it is put in anew.
  const put = text => {
    const fresh = document.createElement('template');
    fresh.innerHTML = text;
    const drawn = main.querySelector(':scope > [data-drawn]');
    const nodes = [...fresh.content.childNodes];
    const at = nodes.findIndex(node => drawn && node.dataset && 'charts' in node.dataset
      && ['flows', 'flow', 'topic'].every(name => node.dataset[name] === drawn.dataset[name]));
    if (at < 0) {
      main.replaceChildren(...nodes);
      document.dispatchEvent(new Event('page'));
      return;
    }
    while (main.firstChild !== drawn) main.firstChild.remove();
    while (drawn.nextSibling) drawn.nextSibling.remove();
    drawn.before(...nodes.slice(0, at));
    drawn.after(...nodes.slice(at + 1));
  };
  const news = event => {
    heard = Date.now();
    const chosen = document.getSelection();
    if (chosen && !chosen.isCollapsed && main.contains(chosen.anchorNode)) return;
    const href = keep();
    put(JSON.parse(event.data));
    if (href) main.querySelector('a[href="' + CSS.escape(href) + '"]')?.focus({ preventScroll: true });
    const title = main.querySelector('h1');
    if (title && location.pathname === '/') document.title = title.textContent;
  };
  // A browser has six connections to one place: a tab that nobody sees leaves its own to others, and asks now and then for its title.
  let source = null;
  const listen = () => {
    if (document.hidden) {
      source?.close();
      source = null;
    } else if (!source) {
      heard = Date.now();
      source = new EventSource(live);
      source.addEventListener('page', news);
    }
  };
  const entitle = async () => {
    if (!document.hidden || location.pathname !== '/') return;
    try {
      document.title = (await (await fetch('/api/v1/status', { signal: AbortSignal.timeout(10000) })).json()).sentence;
    } catch {
      document.title = 'No news';
    }
  };
  document.addEventListener('visibilitychange', listen);
  listen();
  setInterval(entitle, 15000);
  setInterval(() => {
    if (!source) return;
    const silent = Math.round((Date.now() - heard) / 1000);
    const is = silent > 5;
    stale.hidden = !is;
    if (is) stale.textContent = 'No news for ' + silent + ' s: what is below may be over.';
    document.body.classList.toggle('stale', is);
  }, 1000);
})();
