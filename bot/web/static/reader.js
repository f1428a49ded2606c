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

  function prepare() {
    document.querySelectorAll(".copy[hidden]").forEach((button) => { button.hidden = false; });
    const fold = document.querySelector(".outline-fold");
    if (fold && matchMedia("(max-width: 56rem)").matches) {
      fold.open = false;
      fold.addEventListener("click", (event) => {
        if (event.target.closest("a")) fold.open = false;
      });
    }
    // A quote may stand far below the start of its clause.
    const mark = document.querySelector(".document .is-cited mark");
    if (mark && location.search.includes("start=")) mark.scrollIntoView({ block: "center", behavior: "instant" });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", prepare);
  else prepare();
})();
