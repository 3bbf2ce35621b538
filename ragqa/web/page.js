// The page's script. Text from articles and questions arrives escaped, or is put in place by
// textContent; what an element does stands in its data- attributes, which one listener reads.
const ragqa = (() => {
  const byId = (id) => document.getElementById(id);
  const sittingKey = "ragqa.sitting";
  const slow = 30000;
  let server = null;
  let trigger = null;
  let started = {};
  let filterState = null;
  let opened = null; // the button that opened the panel
  let waiting = null;
  let fromHistory = false;
  // How often the panel and the table were called for: only what the last call brings is shown.
  let panelTurn = 0;
  let tableTurn = 0;
  const table = { words: "", column: "title", descending: false, shown: 0 };
  const chosen = new Set();

  const say = (words) => {
    const said = byId("said");
    if (said) said.textContent = words;
  };

  // What is called when the server cannot be reached, too: the page says so and keeps what it has.
  async function call(name, given) {
    const lost = { error: "The server does not answer; is it still running?" };
    try {
      return (await server[name](given ?? {})) ?? lost;
    } catch {
      return lost;
    }
  }

  // Asking

  function frame(element, fire, functions, reopenEvent) {
    server = functions;
    trigger = (given) => fire(reopenEvent, given);
    document.documentElement.lang = "en";
    const panel = element.querySelector("#panel");
    if (panel) document.body.append(panel);
    start();
    const wanted = fromAddress(location.search);
    if (wanted) reopen(wanted);
  }

  async function start() {
    started = await call("start");
    if (started.error) say(started.error);
    fill();
  }

  function fill() {
    const put = (element, html) => {
      if (element && html !== undefined) element.innerHTML = html;
    };
    if (byId("info")) byId("info").textContent = started.error ?? started.info ?? "";
    put(byId("examples"), started.examples);
    put(document.querySelector("#filters .sources"), started.sources);
    showFilters();
  }

  function fromAddress(search) {
    const given = new URLSearchParams(search);
    if (!given.get("q")) return null;
    return {
      question: given.get("q"),
      sources: given.getAll("source"),
      since: given.get("since") ?? "",
      until: given.get("until") ?? "",
    };
  }

  function reopen(wanted) {
    byId("tab-ask-button")?.click();
    whenThere("trouble", () => {
      asking();
      trigger(wanted);
    });
  }

  // Gradio mounts its parts one after the other.
  function whenThere(id, act) {
    if (byId(id) && byId("answer")) act();
    else setTimeout(() => whenThere(id, act), 50);
  }

  function asking() {
    const answer = byId("answer");
    answer.setAttribute("aria-busy", "true");
    say("Searching");
    clearTimeout(waiting);
    warn("");
    waiting = setTimeout(() => {
      answer.removeAttribute("aria-busy");
      warn("There is no answer yet. Is the server still running? Your question is kept.");
    }, slow);
  }

  function warn(words) {
    byId("trouble").textContent = words;
    byId("trouble").hidden = !words;
  }

  function answer(element, props, watch) {
    watch("value", () => {
      clearTimeout(waiting);
      warn("");
      element.closest("#answer")?.removeAttribute("aria-busy");
      const revisited = fromHistory;
      fromHistory = false;
      const card = element.querySelector(".answer");
      if (!card) return;
      document.body.classList.add("asked");
      closePanel(false);
      element.querySelector("#asked")?.focus({ preventScroll: true });
      const { top } = element.getBoundingClientRect();
      if (top < 0 || top > innerHeight / 2) element.scrollIntoView({ block: "start" });
      if (!card.dataset.link) return;
      say(card.dataset.said);
      remember(card.dataset);
      if (!revisited && card.dataset.link !== location.search)
        history.pushState(null, "", card.dataset.link);
      document.title = `${card.dataset.question} · ragqa`;
    });
  }

  // The questions of this sitting: of this browser tab, until it is closed.

  function sitting(element) {
    fill();
    showSitting();
  }

  function asked() {
    try {
      return JSON.parse(sessionStorage.getItem(sittingKey)) ?? [];
    } catch {
      return [];
    }
  }

  function remember({ question, verdict, link }) {
    const kept = asked().filter((each) => each.link !== link);
    kept.unshift({ question, verdict, link });
    try {
      sessionStorage.setItem(sittingKey, JSON.stringify(kept.slice(0, 50)));
    } catch {
      // A full or forbidden storage only costs the list.
    }
    showSitting();
  }

  function showSitting() {
    const list = byId("asked-before");
    if (!list) return;
    const items = asked().map(({ question, verdict, link }) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "before";
      button.dataset.again = link;
      const said = document.createElement("span");
      said.className = "faint";
      said.textContent = verdict.length > 90 ? `${verdict.slice(0, 90)}…` : verdict;
      button.append(question, said);
      item.append(button);
      return item;
    });
    list.replaceChildren(...items);
    byId("before").hidden = !items.length;
  }

  // Filters: native controls, whose state is the component's value.

  function filters(element, props, watch) {
    filterState = props;
    element.addEventListener("input", () => {
      const names = [...element.querySelectorAll("input[name=source]:checked")];
      props.value = {
        sources: names.map((each) => each.value),
        since: element.querySelector("input[name=since]").value,
        until: element.querySelector("input[name=until]").value,
      };
      showFilters();
    });
    watch("value", showFilters);
    fill();
  }

  function showFilters() {
    const element = byId("filters");
    if (!element || !filterState) return;
    const { sources = [], since = "", until = "" } = filterState.value ?? {};
    const wanted = new Set(sources ?? []);
    for (const box of element.querySelectorAll("input[name=source]"))
      box.checked = wanted.has(box.value);
    const dates = { since: since ?? "", until: until ?? "" };
    for (const name of ["since", "until"]) {
      const field = element.querySelector(`input[name=${name}]`);
      if (field && field.value !== dates[name]) field.value = dates[name];
    }
    const parts = [];
    if (wanted.size) parts.push(wanted.size === 1 ? [...wanted][0] : `${wanted.size} sources`);
    if (dates.since) parts.push(`since ${dates.since}`);
    if (dates.until) parts.push(`until ${dates.until}`);
    const active = element.querySelector(".active");
    if (active) active.textContent = parts.length ? `: ${parts.join(", ")}` : "";
  }

  function clearFilters() {
    filterState.value = { sources: [], since: "", until: "" };
    showFilters();
  }

  // The article beside the answer

  async function openPanel(button) {
    const { open, passage, words } = button.dataset;
    const panel = byId("panel");
    const turn = ++panelTurn;
    const shown = await call("open_article", { open, passage, words });
    if (turn !== panelTurn) return;
    if (shown.error) {
      say(shown.error);
      panel.replaceChildren(complaint(shown.error));
    } else {
      panel.innerHTML = shown.html;
    }
    if (!panel.contains(button)) opened = button;
    panel.hidden = false;
    document.body.classList.add("panel-open");
    keepOut();
    const here =
      panel.querySelector("[data-words]") ?? panel.querySelector("span[data-passage]");
    const text = panel.querySelector(".text");
    if (here && text) {
      const offset = here.getBoundingClientRect().top - text.getBoundingClientRect().top;
      text.scrollTop += offset - text.clientHeight / 3;
    }
    panel.querySelector("#panel-title")?.focus({ preventScroll: true });
  }

  function complaint(message) {
    const block = document.createElement("header");
    const title = document.createElement("h2");
    title.id = "panel-title";
    title.tabIndex = -1;
    title.textContent = "This article cannot be shown";
    const words = document.createElement("p");
    words.textContent = message;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "tool close";
    close.dataset.close = "";
    close.textContent = "Close";
    block.append(title, words, close);
    return block;
  }

  // Where the panel covers the page, what is behind it cannot be reached.
  function keepOut() {
    const covering = !byId("panel").hidden && matchMedia("(max-width: 60rem)").matches;
    const app = document.querySelector("gradio-app");
    if (app) app.inert = covering;
  }

  function closePanel(back = true) {
    panelTurn += 1;
    const panel = byId("panel");
    if (!panel || panel.hidden) return;
    panel.hidden = true;
    panel.replaceChildren();
    document.body.classList.remove("panel-open");
    keepOut();
    if (back && opened?.isConnected) opened.focus();
    opened = null;
  }

  // Articles

  function listing(element) {
    const words = element.querySelector("#article-words");
    let typing = null;
    words.addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(() => {
        table.words = words.value;
        table.shown = 0;
        showTable();
      }, 200);
    });
    element.addEventListener("change", (event) => {
      const box = event.target.closest("[data-choose]");
      if (!box) return;
      if (box.checked) chosen.add(box.dataset.choose);
      else chosen.delete(box.dataset.choose);
      showChosen();
    });
    element.querySelector("#remove").addEventListener("click", removeChosen);
    showTable();
    showDuplicates();
  }

  async function showTable(focused) {
    const place = byId("articles-table");
    if (!place) return;
    const turn = ++tableTurn;
    const found = await call("articles", table);
    if (turn !== tableTurn) return;
    if (found.error) {
      byId("articles-said").textContent = found.error;
      return;
    }
    place.innerHTML = found.html;
    for (const box of place.querySelectorAll("[data-choose]"))
      box.checked = chosen.has(box.dataset.choose);
    if (focused) place.querySelector(focused)?.focus();
    showChosen();
  }

  function showChosen() {
    const button = byId("remove");
    button.disabled = !chosen.size;
    button.textContent = chosen.size ? `Remove selected (${chosen.size})` : "Remove selected";
  }

  async function removeChosen() {
    const count = chosen.size === 1 ? "this article" : `these ${chosen.size} articles`;
    if (!confirm(`Remove ${count} from the index?`)) return;
    const said = byId("articles-said");
    said.textContent = "Removing";
    byId("remove").disabled = true;
    const done = await call("remove", [...chosen]);
    said.textContent = done.error ?? done.said;
    if (!done.error) chosen.clear();
    changed();
  }

  async function showDuplicates() {
    const place = byId("duplicates");
    if (!place) return;
    const found = await call("duplicates");
    if (found.html !== undefined) place.innerHTML = found.html;
  }

  // The index is another one now: everything that tells of it is told anew.
  function changed() {
    showTable();
    showDuplicates();
    start();
  }

  function results(element, props, watch) {
    watch("value", () => {
      if (element.querySelector("[data-working=no]")) changed();
    });
  }

  // Evaluation

  function report(element, props, watch) {
    watch("value", () => element.querySelector("iframe")?.scrollIntoView({ block: "nearest" }));
  }

  function save(name) {
    const html = document.querySelector("#report iframe").srcdoc;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([html], { type: "text/html" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  // Everywhere

  async function copy(button, words) {
    try {
      await navigator.clipboard.writeText(words);
    } catch {
      // Without https the clipboard is not offered; the old way still works.
      const field = document.createElement("textarea");
      field.value = words;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
      button.focus();
    }
    say(button.dataset.copied);
    button.classList.add("done");
    setTimeout(() => button.classList.remove("done"), 1600);
  }

  const actions = {
    open: openPanel,
    close: () => closePanel(),
    ask: (button) => reopen({ question: button.dataset.ask, ...(filterState?.value ?? {}) }),
    again: (button) => reopen(fromAddress(button.dataset.again)),
    copy: (button) => copy(button, button.dataset.copy),
    copyLink: (button) =>
      copy(button, location.origin + location.pathname + button.dataset.copyLink),
    clear: clearFilters,
    more: () => {
      table.shown = document.querySelectorAll("#articles-table tbody tr").length + 200;
      showTable();
    },
    sort: ({ dataset }) => {
      table.descending = table.column === dataset.sort && !table.descending;
      table.column = dataset.sort;
      showTable(`[data-sort="${dataset.sort}"]`);
    },
    save: (button) => save(button.dataset.save),
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (!button) return;
    for (const [name, act] of Object.entries(actions))
      if (name in button.dataset) {
        event.preventDefault();
        act(button);
        return;
      }
  });

  // As the ARIA Authoring Practices have it for tabs; Gradio's own know no arrow keys.
  function moveTab(event) {
    const tabs = [...event.target.closest("[role=tablist]").querySelectorAll("[role=tab]")];
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = tabs.at((tabs.indexOf(event.target) + step) % tabs.length);
    next.focus();
    next.click();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !byId("panel")?.hidden) {
      event.preventDefault();
      closePanel();
    }
    if (event.target.matches?.("[role=tab]")) moveTab(event);
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const box = document.querySelector("#question textarea, #question input");
      if (!box) return;
      event.preventDefault();
      byId("tab-ask-button")?.click();
      closePanel(false);
      box.focus();
      box.select();
    }
  });

  addEventListener("popstate", () => {
    const wanted = fromAddress(location.search);
    if (!wanted) return;
    fromHistory = true;
    reopen(wanted);
  });
  addEventListener("resize", () => byId("panel") && keepOut());

  return { frame, asking, answer, sitting, filters, listing, results, report };
})();
