"use strict";

/* The coverage page: the matrix, the filter, and the groups, which say why when they are opened. */
(() => {
  const { element, fill, prose, count, chunked, folded } = dom;
  const page = JSON.parse(document.getElementById("data").textContent);
  const text = (number) => page.texts[number];
  const groups = page.groups.map(([unit, type, reason, account, region, number, title, compared, line, remedy, sample]) => ({
    unit: text(unit),
    type: text(type),
    reason: text(reason),
    account: text(account),
    region: text(region),
    number,
    title,
    compared: text(compared),
    line: text(line),
    remedy: text(remedy),
    sample,
  }));
  const asked = { text: "", reason: "", unit: "", type: "" };
  const fields = { text: "search", reason: "reason", unit: "unit", type: "type" };
  const field = (name) => document.getElementById(fields[name]);
  let haystacks = null;

  /* All that the search looks through, made at the first search. */
  function haystack() {
    haystacks ??= groups.map((group) =>
      [group.account, group.region, group.unit, group.type, group.reason, group.compared, group.line, ...group.sample]
        .join(" ")
        .toLowerCase(),
    );
    return haystacks;
  }

  function fitting() {
    const words = asked.text.toLowerCase().split(/\s+/).filter(Boolean);
    return groups.filter(
      (group, place) =>
        ["reason", "unit", "type"].every((name) => !asked[name] || group[name] === asked[name]) &&
        words.every((word) => haystack()[place].includes(word)),
    );
  }

  function show() {
    const found = fitting();
    const resources = found.reduce((sum, group) => sum + group.number, 0);
    fill(document.getElementById("found"), `${count(resources, "resource")} in ${count(found.length, "group")}`);
    document.getElementById("clear").disabled = !Object.values(asked).some(Boolean);
    const nothing = element("p", { class: "nothing" }, groups.length ? "Nothing fits." : "Every resource is protected.");
    fill(document.getElementById("groups"), found.length ? chunked(found, shown) : nothing);
  }

  function ask(changes) {
    Object.assign(asked, changes);
    for (const name of Object.keys(fields)) field(name).value = asked[name];
    show();
  }

  function shown(group) {
    const undecided = page.reasons[group.reason][2];
    const badge = element("span", { class: `badge ${undecided ? "warning" : "error"}` }, group.reason);
    const summary = [badge, " ", element("span", { class: "title" }, group.title), " ", element("span", { class: "unit" }, group.unit)];
    return folded({ class: "group" }, summary, () => because(group));
  }

  function because(group) {
    const [meaning, url] = page.reasons[group.reason];
    const rest = group.number - group.sample.length;
    return element(
      "dl",
      {},
      row("Why", [meaning, " ", element("a", { href: url }, "explained")]),
      group.compared && row("Compared", prose(group.compared)),
      group.line && row("Nearly", element("code", {}, group.line)),
      row("Change", prose(group.remedy)),
      row("Resources", [
        element("ul", {}, group.sample.map((arn) => element("li", {}, element("code", {}, arn)))),
        rest > 0 && element("p", {}, `and ${rest.toLocaleString("en")} more`),
      ]),
    );
  }

  const row = (title, value) => [element("dt", {}, title), element("dd", {}, value)];

  /* The units in rows, those with the most first; what is protected throughout has no number. */
  function matrix() {
    const units = new Map();
    const types = new Map();
    for (const [unit, type, kept, open, unsure] of page.cells) {
      const cells = units.get(text(unit)) ?? units.set(text(unit), new Map()).get(text(unit));
      cells.set(text(type), [kept, open, unsure]);
      types.set(text(type), (types.get(text(type)) ?? 0) + open + unsure);
    }
    const missing = (cells) => [...cells.values()].reduce((sum, [, open, unsure]) => sum + open + unsure, 0);
    const rows = [...units].sort((one, other) => missing(other[1]) - missing(one[1]) || (one[0] < other[0] ? -1 : 1));
    const columns = [...types.keys()].sort((one, other) => types.get(other) - types.get(one) || (one < other ? -1 : 1));
    const head = element("tr", {}, element("th", { scope: "col" }, "unit"), columns.map((type) => element("th", { scope: "col" }, type)));
    const body = chunked(rows, ([unit, cells]) => line(unit, cells, columns), 50, "tbody");
    const table = element("table", {}, element("thead", {}, head), body.firstChild);
    fill(document.getElementById("matrix"), table, [...body.children]);
  }

  function line(unit, cells, columns) {
    return element("tr", {}, element("th", { scope: "row" }, unit), columns.map((type) => cell(unit, type, cells.get(type))));
  }

  function cell(unit, type, numbers) {
    if (!numbers) return element("td", { class: "none" });
    const [kept, open, unsure] = numbers;
    const all = kept + open + unsure;
    const title = `${unit}, ${type}: ${open} unprotected, ${unsure} undecided of ${all}`;
    if (!open && !unsure) return element("td", { class: "kept", "data-type": type, title }, `${all.toLocaleString("en")} \u2713`);
    const said = `${(open + unsure).toLocaleString("en")} of ${all.toLocaleString("en")}`;
    const button = element("button", { type: "button", title, click: () => ask({ unit, type, reason: "", text: "" }) }, said);
    return element("td", { class: open ? "open" : "unsure", "data-type": type }, button);
  }

  function options(name, values) {
    for (const value of values) field(name).append(element("option", { value }, value));
    field(name).addEventListener("change", () => ask({ [name]: field(name).value }));
  }

  const numbered = (name) => {
    const sums = new Map();
    for (const group of groups) sums.set(group[name], (sums.get(group[name]) ?? 0) + group.number);
    return [...sums.keys()].sort((one, other) => sums.get(other) - sums.get(one));
  };
  for (const name of ["reason", "unit", "type"]) options(name, numbered(name));
  field("text").addEventListener("input", () => ask({ text: field("text").value }));
  document.getElementById("clear").addEventListener("click", () => ask({ text: "", reason: "", unit: "", type: "" }));
  document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.closest("input, select")) return;
    event.preventDefault();
    field("text").focus();
  });
  matrix();
  show();
})();
