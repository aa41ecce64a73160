"use strict";

/* The tree: only the lines in sight are elements, so that any number of accounts scrolls alike. The tree itself has the
   focus; one line is active, another may be chosen. */
const tree = (() => {
  const { units, accounts, SEVERITIES } = data;
  const { element, fill } = dom;
  const HEIGHT = 26; // of a line, as in tree.css
  const SPARE = 12; // lines that are made beyond the edges
  const box = document.getElementById("tree");
  const inside = element("div", { class: "lines", role: "none" });
  box.append(inside);
  let active = 0;
  let chosen = null;
  let typed = { text: "", at: 0 };
  const listeners = [];

  function draw() {
    const lines = rows.all();
    stretch();
    const first = Math.max(0, Math.floor(box.scrollTop / HEIGHT) - SPARE);
    const end = Math.min(lines.length, Math.ceil((box.scrollTop + box.clientHeight) / HEIGHT) + SPARE);
    fill(inside, lines.slice(first, end).map((line, place) => made(line, first + place)));
    const place = rows.placeOf(active);
    if (place >= first && place < end) box.setAttribute("aria-activedescendant", `line-${active}`);
    else box.removeAttribute("aria-activedescendant");
  }

  const stretch = () => (inside.style.height = `${rows.all().length * HEIGHT}px`);

  function made({ entity, level, position, among }, place) {
    const isUnit = data.isUnit(entity);
    const line = element(
      "div",
      {
        id: `line-${entity}`,
        role: "treeitem",
        class: `line ${isUnit ? "unit" : "account"}${entity === active ? " active" : ""}`,
        "aria-level": level,
        "aria-posinset": position,
        "aria-setsize": among,
        "aria-expanded": isUnit ? String(rows.isOpen(entity)) : null,
        "aria-selected": String(entity === chosen),
        "data-entity": entity,
      },
      element("span", { class: "fold", "aria-hidden": "true" }),
      isUnit ? unitParts(units[entity]) : accountParts(data.accountOf(entity)),
    );
    line.style.top = `${place * HEIGHT}px`;
    line.style.paddingInlineStart = `${(level - 1) * 14 + 4}px`;
    return line;
  }

  function unitParts(unit) {
    const number = filter.countIn(unit.first, unit.end);
    return [
      element("span", { class: "name" }, unit.name || "Root"),
      dot(unit.worst),
      element("span", { class: "number", "aria-label": dom.count(number, "account") }, number.toLocaleString("en")),
    ];
  }

  function accountParts(account) {
    const status = data.state(account)?.status;
    const change = changes.worstOf(account);
    return [
      element("span", { class: "name" }, accounts.name[account]),
      status && status !== "valid" && element("span", { class: `badge ${status === "invalid" ? "error" : "warning"}` }, status),
      change && element("span", { class: `badge ${change}` }, change),
      dot(data.worst[account]),
      element("span", { class: "id" }, accounts.id[account]),
    ];
  }

  /* The worst severity: 1 error, 2 warning, 3 info, 0 nothing. */
  function dot(worst) {
    const severity = SEVERITIES[worst - 1];
    return severity && element("span", { class: `dot ${severity}`, role: "img", "aria-label": severity });
  }

  /* Moving and choosing. */

  function activate(entity) {
    active = entity;
    stretch();
    const place = rows.placeOf(entity);
    if (place === undefined) return draw();
    const top = place * HEIGHT;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + HEIGHT > box.scrollTop + box.clientHeight) box.scrollTop = top + HEIGHT - box.clientHeight;
    return draw();
  }

  function choose(entity) {
    activate(entity);
    listeners.forEach((listener) => listener(entity));
  }

  /* Marks an entity as chosen, and brings it into sight. */
  function show(entity) {
    chosen = entity;
    if (rows.placeOf(entity) === undefined) rows.reveal(entity);
    activate(entity);
  }

  function unfold(entity, open) {
    rows.setOpen(entity, open);
    activate(entity);
  }

  const parent = (entity) => (data.isUnit(entity) ? units[entity].parent : data.unitOf[data.accountOf(entity)]);

  function step(key) {
    const lines = rows.all();
    const place = rows.placeOf(active) ?? 0;
    const page = Math.max(1, Math.floor(box.clientHeight / HEIGHT) - 1);
    const goal = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: lines.length - 1, PageDown: place + page, PageUp: place - page }[key];
    if (goal !== undefined) activate(lines[Math.max(0, Math.min(lines.length - 1, goal))].entity);
    else if (key === "ArrowRight") right(lines, place);
    else if (key === "ArrowLeft") left();
    else if (key === "Enter" || key === " ") choose(active);
    else return false;
    return true;
  }

  function right(lines, place) {
    if (!data.isUnit(active)) return;
    if (!rows.isOpen(active)) unfold(active, true);
    else if (lines[place + 1]?.level > lines[place].level) activate(lines[place + 1].entity);
  }

  function left() {
    if (data.isUnit(active) && rows.isOpen(active)) unfold(active, false);
    else if (parent(active) !== null) activate(parent(active));
  }

  /* Typing goes to the next line whose name begins so. */
  function type(key) {
    const now = Date.now();
    typed = { text: (now - typed.at < 700 ? typed.text : "") + key.toLowerCase(), at: now };
    const lines = rows.all();
    const start = rows.placeOf(active) ?? 0;
    for (let offset = typed.text.length > 1 ? 0 : 1; offset <= lines.length; offset += 1) {
      const { entity } = lines[(start + offset) % lines.length];
      const name = data.isUnit(entity) ? units[entity].name : accounts.name[data.accountOf(entity)];
      if (name.toLowerCase().startsWith(typed.text)) return activate(entity);
    }
    return undefined;
  }

  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !rows.all().length) return;
    if (step(event.key)) event.preventDefault();
    else if (event.key.length === 1 && event.key !== "/") type(event.key);
  });
  box.addEventListener("click", (event) => {
    const line = event.target.closest(".line");
    if (!line) return;
    const entity = Number(line.dataset.entity);
    if (event.target.closest(".fold") && data.isUnit(entity)) unfold(entity, !rows.isOpen(entity));
    else choose(entity);
  });
  box.addEventListener("dblclick", (event) => {
    const line = event.target.closest(".line.unit");
    if (line && !event.target.closest(".fold")) unfold(Number(line.dataset.entity), !rows.isOpen(Number(line.dataset.entity)));
  });
  box.addEventListener("scroll", () => requestAnimationFrame(draw), { passive: true });
  new ResizeObserver(draw).observe(box);
  filter.listen(() => {
    box.scrollTop = 0;
    if (rows.placeOf(active) === undefined) active = 0;
    draw();
  });

  return { show, choose, draw, listen: (listener) => listeners.push(listener) };
})();
