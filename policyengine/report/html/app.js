"use strict";

/* Wires the page: what is asked for in the filter, what is chosen in the tree, what the address says. */
(() => {
  const { page, units, SEVERITIES } = data;
  const { element, fill, count } = dom;
  const main = document.getElementById("details");
  const byId = (id) => document.getElementById(id);

  /* The filter. */

  function options(select, entries) {
    entries.forEach(([value, text]) => select.append(element("option", { value }, text)));
    select.closest("label").hidden = entries.length === 0;
  }

  const codes = new Map();
  for (const finding of page.findings) {
    const { code, name } = page.rules[finding.rule];
    if (finding.accounts !== undefined) codes.set(code, `${code} ${name}`);
  }
  options(byId("code"), [...codes].sort());
  const statuses = new Set(page.statesTable.map((state) => state.status));
  options(byId("status"), statuses.size > 1 ? [...statuses].sort().map((status) => [status, status]) : []);
  byId("units").append(...units.slice(1).map((unit) => element("option", { value: unit.path })));

  const chip = (name, value, kind) =>
    element("button", { type: "button", class: `chip ${kind}`, "aria-pressed": "false", "data-name": name, "data-value": value }, value);
  const present = (severity) => page.findings.some((one) => one.severity === severity && one.accounts !== undefined);
  byId("chips").prepend(...SEVERITIES.filter(present).map((severity) => chip("severities", severity, severity)));
  const changing = changes.CLASSES.filter((name) => page.comparison?.changes.some((change) => change.class === name));
  byId("chips").prepend(...changing.map((name) => chip("classes", name, name)));

  byId("search").addEventListener("input", (event) => filter.ask({ text: event.target.value }));
  for (const name of ["code", "status", "unit"])
    byId(name).addEventListener("input", (event) => filter.ask({ [name]: event.target.value }));
  byId("affected").addEventListener("change", (event) => filter.ask({ affected: event.target.checked }));
  byId("chips").addEventListener("click", (event) => {
    const pressed = event.target.closest(".chip");
    if (!pressed) return;
    const { name, value } = pressed.dataset;
    const now = filter.asked()[name];
    filter.ask({ [name]: now.includes(value) ? now.filter((one) => one !== value) : [...now, value] });
  });
  byId("clear").addEventListener("click", () => {
    filter.clear();
    byId("search").focus();
  });
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.closest("input, select, textarea")) return;
    event.preventDefault();
    byId("search").focus();
  });

  /* The controls say what is asked for, whoever asked. */
  function told() {
    const asked = filter.asked();
    byId("search").value = asked.text;
    for (const name of ["code", "status", "unit"]) byId(name).value = asked[name];
    byId("affected").checked = asked.affected;
    for (const one of document.querySelectorAll(".chip"))
      one.setAttribute("aria-pressed", String(asked[one.dataset.name].includes(one.dataset.value)));
    const only = asked.only ? `, only ${asked.only.label}` : "";
    fill(byId("found"), filter.active() ? `${filter.count().toLocaleString("en")} of ${count(data.size, "account")}${only}` : count(data.size, "account"));
    byId("found").title = only.slice(2);
    byId("clear").classList.toggle("idle", !filter.active());
    byId("clear").disabled = !filter.active();
  }
  filter.listen(told);

  /* What is chosen. */

  const narrow = matchMedia("(max-width: 800px)");

  function show() {
    const entity = address.read(location.hash) ?? 0;
    trail.hide();
    fill(main, details.of(entity));
    main.scrollTop = 0;
    // Where the details stand below the tree, who chooses something wants to see it.
    if (location.hash && narrow.matches) main.scrollIntoView();
    document.title = `${titleOf(entity)}${page.command}: ${document.body.dataset.verdict}`;
    if (units.length) tree.show(entity);
  }

  const titleOf = (entity) => (entity && units.length ? `${dom.printable(data.path(entity))} - ` : "");

  tree.listen((entity) => {
    if (location.hash === address.of(entity)) show();
    else location.hash = address.of(entity);
  });
  window.addEventListener("hashchange", () => {
    if (location.hash.startsWith("#/") || location.hash === "") show();
  });
  // A followed link leads to what it opened: the heading takes the focus, the tree keeps its own.
  main.addEventListener("click", (event) => {
    if (event.target.closest("a[href^='#/']")) window.addEventListener("hashchange", () => main.querySelector("h2")?.focus(), { once: true });
  });
  // What is folded is printed too.
  window.addEventListener("beforeprint", () => main.querySelectorAll("details.group, details.notes").forEach((part) => (part.open = true)));

  document.body.classList.toggle("alone", units.length === 0);
  told();
  show();
})();
