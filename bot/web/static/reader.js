// Copies citations, folds the outline on narrow screens. Reading works without it.
(() => {
  "use strict";

  async function copy(text) {
    if (navigator.clipboard && window.isSecureContext) {
      await navigator.clipboard.writeText(text);
      return;
    }
    const area = document.createElement("textarea");
    area.value = text;
    area.setAttribute("readonly", "");
    area.style.position = "fixed";
    area.style.opacity = "0";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("copy refused");
  }

  window.copyText = copy;

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const label = button.textContent;
    try {
      await copy(button.dataset.copy);
      button.textContent = "已复制";
    } catch {
      button.textContent = "没能复制";
    }
    setTimeout(() => { button.textContent = label; }, 1600);
  });

  // Marks in the outline where the reader is.
  function followOutline() {
    const links = new Map([...document.querySelectorAll(".outline a")].map((link) => [link.hash.slice(1), link]));
    if (!links.size || !window.IntersectionObserver) return;
    const inSight = new Set();
    let current = null;
    const watcher = new IntersectionObserver((entries) => {
      entries.forEach(({ target, isIntersecting }) => inSight[isIntersecting ? "add" : "delete"](target));
      const first = sections.find((section) => inSight.has(section));
      const link = first && nearest(first.id);
      if (!link || link === current) return;
      current?.removeAttribute("aria-current");
      link.setAttribute("aria-current", "location");
      current = link;
    }, { rootMargin: "-120px 0px -40% 0px" });
    const sections = [...document.querySelectorAll("article .clause")];
    sections.forEach((section) => watcher.observe(section));

    function nearest(id) {
      for (let at = id; at; at = at.slice(0, Math.max(0, at.lastIndexOf(".")))) {
        const link = links.get(encodeURIComponent(at)) ?? links.get(at);
        if (link) return link;
      }
      return null;
    }
  }

  function prepare() {
    document.querySelectorAll(".copy[hidden]").forEach((button) => { button.hidden = false; });
    const fold = document.querySelector(".outline-fold");
    if (fold && matchMedia("(max-width: 56rem)").matches) {
      fold.open = false;
      fold.addEventListener("click", (event) => {
        if (event.target.closest("a")) fold.open = false;
      });
    }
    followOutline();
    // Times are kept in UTC and read on the reader's clock.
    document.querySelectorAll("time.when").forEach((part) => {
      const when = new Date(part.dateTime);
      const two = (number) => String(number).padStart(2, "0");
      const day = `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;
      if (!Number.isNaN(+when)) part.textContent = `${day} ${two(when.getHours())}:${two(when.getMinutes())}`;
    });
    // A quote may stand far below the start of its clause.
    const mark = document.querySelector(".document .is-cited mark");
    if (mark && location.search.includes("start=")) mark.scrollIntoView({ block: "center", behavior: "instant" });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", prepare);
  else prepare();
})();
