// Opens citations in the panel beside the chat, and gives Gradio's parts Chinese names for screen readers.
(() => {
  "use strict";

  document.documentElement.lang = "zh-CN";
  const narrow = matchMedia("(max-width: 56rem)");

  // Citations -----------------------------------------------------------------------------------

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
      side?.scrollIntoView({ block: "start" });
      if (mark && mark.getBoundingClientRect().bottom > innerHeight) mark.scrollIntoView({ block: "center" });
    } else if (side && mark) {
      const top = mark.getBoundingClientRect().top - side.getBoundingClientRect().top + side.scrollTop;
      side.scrollTop = Math.max(0, top - side.clientHeight / 2);
    }
  }

  let opener = null;

  async function open(link, { byKeyboard = false } = {}) {
    const root = document.getElementById("reader-root");
    if (!root) {
      location.href = link.href;
      return;
    }
    try {
      const reply = await fetch(panelAddress(link), { headers: { accept: "text/html" } });
      root.innerHTML = await reply.text();
    } catch {
      location.href = link.href;
      return;
    }
    document.querySelectorAll("#talk a.is-open").forEach((other) => other.classList.remove("is-open"));
    if (link.isConnected && link.closest("#talk")) opener = link;
    opener?.classList.add("is-open");
    reveal(root);
    if (byKeyboard) root.querySelector(".panel-heading")?.focus({ preventScroll: !narrow.matches });
  }

  window.openCitation = open;

  function backToOpener() {
    opener?.scrollIntoView({ block: "nearest" });
    opener?.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && opener?.isConnected && event.target.closest?.("#side")) backToOpener();
  });

  // Captured before the chat's own handlers, which would open a new tab.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    let act = null;
    if (link.matches(".to-chat")) {
      act = () => document.querySelector("#talk .message-row:last-of-type")?.scrollIntoView({ block: "start" });
    } else if (!link.hasAttribute("data-page") && link.closest("#talk, #side") && panelAddress(link)) {
      act = () => { if (!window.tapShowsCard(event, link)) open(link, { byKeyboard: event.detail === 0 }); };
    }
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }, true);

  // A suggested question and an example take the way of a typed one, which can be stopped; Gradio's own way cannot.
  document.addEventListener("click", (event) => {
    const option = event.target.closest("#talk .option, #talk .example");
    const field = document.querySelector("#question textarea");
    if (!option || !field) return;
    event.preventDefault();
    event.stopPropagation();
    if (!document.querySelector("#question .submit-button")) return;
    field.value = option.textContent.trim();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    requestAnimationFrame(() => document.querySelector("#question .submit-button")?.click());
  }, true);

  // Steps that need no answer ------------------------------------------------------------------

  const question = (text) => ({ role: "user", metadata: null, options: null, content: [{ type: "text", text }] });
  const busy = { __type__: "update", value: "", interactive: false, submit_btn: false, stop_btn: "停止" };
  const idle = { __type__: "update", interactive: true, submit_btn: "提问", stop_btn: false };

  // The conversation without its last question and what came after it, and that question.
  function lastAsked(shown) {
    const at = shown.findLastIndex((message) => message.role === "user");
    const text = at < 0 ? "" : shown[at].content.map((part) => part.text ?? "").join("");
    return [shown.slice(0, Math.max(at, 0)), text];
  }

  // Each gives new values of the question field and of the conversation.
  window.chatSteps = {
    ask: (text, shown) => [busy, [...(shown ?? []), question(text)]],
    again(shown) {
      const [before, text] = lastAsked(shown);
      return [busy, [...before, question(text)]];
    },
    undo(shown) {
      const [before, text] = lastAsked(shown);
      return [text, before];
    },
    end: () => [idle],
  };

  // Gradio's own button for it floats above the words.
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".start-over")) return;
    document.querySelector("#talk .top-panel .icon-button")?.click();
    document.querySelector("#question textarea")?.focus();
  });

  // The page is the same for everybody; its row of pages has what this visitor may open.
  let pages = "";
  fetch("/nav").then(async (reply) => {
    if (!reply.ok) return;
    pages = await reply.text();
    showPages();
  }).catch(() => {});

  // The row may be drawn later than it is known, and anew.
  function showPages() {
    const row = document.querySelector("#bar .bar-nav:not([data-own])");
    if (!row || !pages) return;
    row.dataset.own = "";
    row.innerHTML = pages;
  }

  // Names and a new turn ------------------------------------------------------------------------

  function name(selector, label) {
    document.querySelectorAll(selector).forEach((part) => {
      const wanted = label(part);
      if (part.getAttribute("aria-label") !== wanted) part.setAttribute("aria-label", wanted);
    });
  }

  let turn = null;

  function tidy() {
    name('#talk [role="log"]', () => "对话");
    name('#talk [data-testid="user"]', () => "提问");
    name('#talk [data-testid="bot"]', () => "回答");
    name("#talk .example", (part) => `提问：${part.textContent.trim()}`);
    name("#question textarea", () => "问题");
    // Gradio calls the examples a list, whose children would have to be list items.
    document.querySelector('#talk .examples[role="list"]')?.setAttribute("role", "group");
    name("#talk .examples", () => "可以这样问");
    document.querySelectorAll("#talk .options:not([role])").forEach((part) => part.setAttribute("role", "group"));
    name("#talk .options", () => "接着可以问");
    name("#talk a.cite", (part) => `引用${part.textContent.replace(/[[\]]/g, "")}`);
    const [retry, undo] = document.querySelectorAll("#talk .message-buttons-left .icon-button");
    for (const [part, label] of [[retry, "重试"], [undo, "撤销"]]) {
      if (!part || part.title === label) continue;
      part.title = label;
      part.setAttribute("aria-label", label);
    }
    name("#talk .take-answer", (part) => `导出这个回答为${part.textContent.trim()}`);
    showPages();
    window.conversationChanged();
    const root = document.getElementById("reader-root");
    const field = document.querySelector("#question textarea");
    if (!root || !field || root.dataset.turn === turn) return;
    const first = turn === null;
    turn = root.dataset.turn;
    if (first) {
      if (!narrow.matches) field.focus({ preventScroll: true });
      return;
    }
    if (!narrow.matches) reveal(root);
    const asked = document.querySelectorAll("#talk .user-row");
    asked[asked.length - 1]?.scrollIntoView({ block: "start" });
  }

  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; tidy(); });
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
