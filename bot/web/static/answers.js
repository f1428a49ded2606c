// What can be done with an answer: copy, export, judge; and, where the reader wants it, keep the conversation here.
(() => {
  "use strict";

  const KEEP = "policy-chat-keep";
  const TURNS = "policy-chat-turns";
  const NOTE_LENGTH = 200;
  const turns = new Map();

  // Answers reach the page twice: drawn in a message, and as data in #said, under the same id.
  function collect() {
    const said = document.querySelector("#said [data-said]")?.dataset.said;
    if (said) JSON.parse(said).forEach((turn) => turns.set(turn.answer.id, turn));
    return Boolean(said);
  }

  const turnOf = (answer) => turns.get(answer.id.slice(2));
  const shown = () => [...document.querySelectorAll('#talk .answer[id^="a-"]')].map(turnOf).filter(Boolean);

  // Copying and judging -------------------------------------------------------------------------

  function plainText({ answer }) {
    const sources = answer.citations.map(({ ref, label, form, quote }) => {
      const digest = form === "digest" && !label.includes("摘编") ? "（摘编）" : "";
      return `[${ref}] ${label}${digest}：“${quote}”`;
    });
    return [answer.answer, ...sources].join("\n");
  }

  async function copyAnswer(button) {
    const label = button.textContent;
    try {
      await window.copyText(plainText(turnOf(button.closest(".answer"))));
      button.textContent = "已复制";
    } catch {
      button.textContent = "没能复制";
    }
    setTimeout(() => { button.textContent = label; }, 1600);
  }

  const post = (address, body) => fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

  function status(text) {
    const note = document.createElement("span");
    note.setAttribute("role", "status");
    note.textContent = text;
    return note;
  }

  function judge(button) {
    const judges = button.closest(".judges");
    const before = [...judges.children];
    const form = document.createElement("form");
    form.className = "judge-form";
    form.innerHTML = `<label>${button.textContent}。可以补一句，也可以不写<input name="note" autocomplete="off"></label>`
      + '<button type="submit">提交</button><button type="button" class="judge-cancel">取消</button>';
    form.note.maxLength = NOTE_LENGTH;
    const putBack = () => { judges.replaceChildren(...before); button.focus(); };
    form.querySelector(".judge-cancel").addEventListener("click", putBack);
    form.addEventListener("keydown", (event) => { if (event.key === "Escape") putBack(); });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const turn = turnOf(judges.closest(".answer"));
      try {
        const reply = await post("/api/feedback", {
          verdict: button.className.match(/judge-(\w+)/)[1],
          question: turn.question,
          answer: turn.answer.answer,
          citations: [...judges.closest(".answer").querySelectorAll("a.source")].map((link) => link.getAttribute("href")),
          note: form.note.value.trim(),
        });
        judges.replaceChildren(status((await reply.json()).message));
      } catch {
        form.append(status("没能记下，请再试一次。"));
      }
    });
    judges.replaceChildren(form);
    form.note.focus();
  }

  // Files ---------------------------------------------------------------------------------------

  async function take(format, wanted, { lastOnly }) {
    if (!wanted.length) {
      say("还没有可以导出的回答。");
      return;
    }
    try {
      const reply = await post("/api/export", { format, turns: wanted, last_only: lastOnly });
      if (!reply.ok) {
        const error = await reply.json();
        say(`${error.message}${error.remedy ?? ""}`);
        return;
      }
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await reply.blob());
      link.download = decodeURIComponent(reply.headers.get("content-disposition").split("''")[1]);
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      say("已导出。");
    } catch {
      say("没能导出，请再试一次。");
    }
  }

  function takeAnswer(button) {
    const all = shown();
    const upTo = all.slice(0, all.indexOf(turnOf(button.closest(".answer"))) + 1);
    return take(button.matches(".take-docx") ? "docx" : "markdown", upTo, { lastOnly: true });
  }

  function say(text) {
    const line = document.querySelector("#tools .tools-said");
    if (line) line.textContent = text;
  }

  addEventListener("beforeprint", () => {
    const day = new Date();
    document.querySelectorAll(".print-day").forEach((part) => {
      part.textContent = `${day.getFullYear()}年${day.getMonth() + 1}月${day.getDate()}日`;
    });
  });

  // Keeping -------------------------------------------------------------------------------------

  // Storage may be refused, in a private window for instance; then nothing is kept.
  function stored(name) {
    try { return localStorage.getItem(name); } catch { return null; }
  }

  function store(name, value) {
    try {
      if (value === null) localStorage.removeItem(name);
      else localStorage.setItem(name, value);
      return true;
    } catch { return false; }
  }

  const keeping = () => stored(KEEP) === "yes";
  let ready = false;

  window.keptConversation = () => [stored(TURNS) ?? "[]"];

  function keep(box) {
    if (!box.checked) {
      store(KEEP, null);
      store(TURNS, null);
      say("已关闭，存在本机的对话已经删除。");
    } else if (store(KEEP, "yes")) {
      say("对话只存在这台设备的浏览器里，不会上传。公用的设备请不要打开。");
      save();
    } else {
      box.checked = false;
      say("这个浏览器不允许保存，没有打开。");
    }
  }

  function save() {
    const now = JSON.stringify(shown());
    if (now !== stored(TURNS)) store(TURNS, now === "[]" ? null : now);
  }

  // Called whenever the page has changed. What was kept is shown again before anything is saved over it.
  window.conversationChanged = () => {
    const said = collect();
    const box = document.getElementById("keep");
    const restore = document.getElementById("restore");
    if (!box || !restore) return;
    // Gradio may draw the box anew.
    box.checked = keeping();
    if (!ready) {
      ready = true;
      if (keeping() && stored(TURNS)) {
        restore.click();
        return;
      }
    }
    if (keeping() && (said || !stored(TURNS))) save();
  };

  document.addEventListener("change", (event) => {
    if (event.target.id === "keep") keep(event.target);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches(".copy-answer")) copyAnswer(button);
    else if (button.matches(".judge")) judge(button);
    else if (button.matches(".take-answer")) takeAnswer(button);
    else if (button.matches(".take-all")) take(button.dataset.format, shown(), { lastOnly: false });
    else if (button.matches(".print")) window.print();
  });
})();
