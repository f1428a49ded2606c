// Opens citations in the panel beside the chat. Without it they open the reader page.
(() => {
  "use strict";

  document.documentElement.lang = "zh-CN";
  const narrow = matchMedia("(max-width: 56rem)");

  function panelAddress(link) {
    const url = new URL(link.href, location.href);
    const match = url.pathname.match(/^\/doc\/([^/]+)$/);
    if (url.origin !== location.origin || !match || !url.hash) return null;
    const query = new URLSearchParams(url.search);
    query.set("clause", decodeURIComponent(url.hash.slice(1)));
    return `/doc/${match[1]}/panel?${query}`;
  }

  function reveal(root) {
    const side = document.getElementById("side");
    const mark = root.querySelector("mark") || root.querySelector(".panel-cited");
    if (narrow.matches) {
      root.scrollIntoView({ block: "start" });
    } else if (side && mark) {
      const top = mark.getBoundingClientRect().top - side.getBoundingClientRect().top + side.scrollTop;
      side.scrollTop = Math.max(0, top - side.clientHeight / 3);
    }
  }

  async function open(link) {
    const root = document.getElementById("reader-root");
    const address = panelAddress(link);
    if (!root || !address) return false;
    try {
      const reply = await fetch(address, { headers: { accept: "text/html" } });
      root.innerHTML = await reply.text();
    } catch {
      location.href = link.href;
      return true;
    }
    document.querySelectorAll("a.is-open").forEach((other) => other.classList.remove("is-open"));
    link.classList.add("is-open");
    reveal(root);
    return true;
  }

  // Captured before the chat's own handlers, which would open a new tab.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.matches(".to-chat")) {
      event.preventDefault();
      document.querySelector("#question textarea")?.scrollIntoView({ block: "end" });
      return;
    }
    if (link.hasAttribute("data-page") || !link.closest("#talk, #side") || !panelAddress(link)) return;
    event.preventDefault();
    event.stopPropagation();
    open(link);
  }, true);

  // A new answer brings its own panel; show the quoted words of it.
  let turn = null;
  new MutationObserver(() => {
    const root = document.getElementById("reader-root");
    if (!root || root.dataset.turn === turn) return;
    const first = turn === null;
    turn = root.dataset.turn;
    if (!first && !narrow.matches) reveal(root);
  }).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-turn"] });
})();
