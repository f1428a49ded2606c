// A small card with label and quote at a reference: under the pointer, on focus, and on a first tap.
(() => {
  "use strict";

  const GRACE = 200; // milliseconds, long enough to move the pointer from the reference onto its card
  let card = null;
  let held = null;
  let timer = 0;

  function make() {
    card = document.createElement("div");
    card.id = "cite-card";
    card.setAttribute("role", "tooltip");
    card.hidden = true;
    // Inside the chat's own landmark, so that it belongs to a region of the page.
    (document.querySelector("#chat") ?? document.body).append(card);
    card.addEventListener("pointerenter", () => clearTimeout(timer));
    card.addEventListener("pointerleave", hideSoon);
    card.addEventListener("click", () => {
      const link = held;
      hide();
      if (link) window.openCitation(link);
    });
  }

  function line(name, text) {
    const part = document.createElement("span");
    part.className = name;
    part.textContent = text;
    return part;
  }

  // What stands in the same message under the same number, so a reference never shows another answer's words.
  function sourceOf(link) {
    const sources = [...(link.closest(".answer")?.querySelectorAll(".source") ?? [])];
    return sources.find((source) => source.querySelector(".source-ref")?.textContent === link.textContent);
  }

  function show(link) {
    const source = sourceOf(link);
    if (!source) return;
    if (!card?.isConnected) make();
    clearTimeout(timer);
    if (held && held !== link) held.removeAttribute("aria-describedby");
    held = link;
    const part = (name) => source.querySelector(name)?.textContent.trim() ?? "";
    const digest = part(".tag-digest");
    card.replaceChildren(
      line("card-label", `${part(".source-label")}${digest ? `（${digest}）` : ""}`),
      line("card-quote", part(".source-quote")),
      line("card-hint", "点开看原文"),
    );
    card.hidden = false;
    link.setAttribute("aria-describedby", "cite-card");
    place(link);
  }

  function place(link) {
    const at = link.getBoundingClientRect();
    const own = card.getBoundingClientRect();
    const left = Math.max(8, Math.min(at.left - 12, innerWidth - own.width - 8));
    const below = at.bottom + 6;
    const top = below + own.height > innerHeight - 8 ? Math.max(8, at.top - own.height - 6) : below;
    card.style.left = `${left}px`;
    card.style.top = `${top}px`;
  }

  function hide() {
    clearTimeout(timer);
    held?.removeAttribute("aria-describedby");
    held = null;
    if (card) card.hidden = true;
  }

  function hideSoon() {
    clearTimeout(timer);
    timer = setTimeout(hide, GRACE);
  }

  const reference = (event) => event.target.closest?.("#talk a.cite");

  // True where the tap has been used up by the card, so that it does not open the reader as well.
  window.tapShowsCard = (event, link) => {
    if (event.pointerType !== "touch" || !link.matches(".cite")) return false;
    if (held === link && card && !card.hidden) {
      hide();
      return false;
    }
    show(link);
    return Boolean(held);
  };

  document.addEventListener("pointerover", (event) => {
    const link = reference(event);
    if (link && event.pointerType === "mouse") show(link);
  });
  document.addEventListener("pointerout", (event) => {
    if (reference(event) && event.pointerType === "mouse") hideSoon();
  });
  document.addEventListener("focusin", (event) => {
    const link = reference(event);
    if (link?.matches(":focus-visible")) show(link);
    else if (held) hide();
  });
  document.addEventListener("focusout", (event) => { if (reference(event)) hideSoon(); });
  document.addEventListener("pointerdown", (event) => {
    if (held && !event.target.closest?.("#cite-card, a.cite")) hide();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !held) return;
    hide();
    event.stopPropagation();
  }, true);
  document.addEventListener("scroll", (event) => {
    if (held && !card.contains(event.target)) hide();
  }, true);
})();
