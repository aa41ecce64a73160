"use strict";

/* What is protected: for each unit below one, and for its own accounts, what rules keep for how long, and where copies go. */
const protection = (() => {
  const { page, units } = data;
  const { element, count } = dom;
  const HEADS = ["unit", "plan, rule", "runs", "kept", "copies", "accounts"];
  const NOTHING = "no plan";
  const UNKNOWN = "unknown: the snapshot does not have what AWS serves";

  /* A table with the backups of every part of a unit. */
  function table(entity) {
    const unit = units[entity];
    const parts = unit.inner.map((number) => [number, units[number].first, units[number].end]);
    if (unit.end > unit.own) parts.push([null, unit.own, unit.end]);
    return element(
      "div",
      { class: "scroll" },
      element(
        "table",
        { class: "units protection" },
        element("thead", {}, element("tr", {}, HEADS.map((title) => element("th", { scope: "col" }, title)))),
        parts.map((part) => body(unit, ...part)),
      ),
    );
  }

  function body(unit, number, first, end) {
    const lines = [...counted(first, end).values()];
    const name = number === null ? element("span", {}, unit.inner.length ? "accounts right here" : "all accounts") : element("a", { href: address.of(number) }, units[number].name);
    const head = element("th", { scope: "rowgroup", rowspan: String(Math.max(lines.length, 1)) }, name, element("span", { class: "quiet" }, ` ${count(end - first, "account")}`), marks(first, end));
    return element("tbody", {}, lines.map((line, place) => element("tr", {}, place === 0 && head, cells(line, end - first))));
  }

  function cells({ name, runs, kept, copies, accounts, kind }, all) {
    const part = accounts === all ? "all" : accounts.toLocaleString("en");
    const text = kind ? element("span", { class: `badge ${kind}` }, name) : name;
    const goals = copies.length ? element("span", {}, copies.map((copy) => element("div", {}, copy))) : !kind && element("span", { class: "quiet" }, "none");
    return [text, runs, kept, goals, part].map((content, place) =>
      element("td", { class: place === HEADS.length - 2 && "number", "data-head": HEADS[place + 1] }, content),
    );
  }

  /* The rules that run for accounts, each with how many of them have it. */
  function counted(first, end) {
    const states = new Map();
    for (let account = first; account < end; account += 1) {
      const number = page.accounts.state[account];
      states.set(number, (states.get(number) ?? 0) + 1);
    }
    const found = new Map();
    const add = (key, line, accounts) => {
      if (!found.has(key)) found.set(key, { runs: "", kept: "", copies: [], kind: "", ...line, accounts: 0 });
      found.get(key).accounts += accounts;
    };
    for (const [number, accounts] of states) {
      const state = number === null ? null : page.statesTable[number];
      const served = state?.status === "invalid" ? state.served : state?.plans;
      if (served === null || served === undefined) add(UNKNOWN, { name: UNKNOWN, kind: "warning" }, accounts);
      else if (!served.length) add(NOTHING, { name: NOTHING, kind: "error" }, accounts);
      else for (const [key, line] of new Map(served.flatMap(rules))) add(key, line, accounts);
    }
    return new Map([...found].sort(([, one], [, other]) => other.accounts - one.accounts));
  }

  /* The rules of a deployed plan, each by all that the table says of it. */
  function rules(number) {
    const plan = page.plansTable[page.deployedTable[number][0]];
    return plan.rules.map(([name, , place]) => {
      const rule = page.rulesTable[place];
      const copies = rule.copies.map(([, , to, kept]) => `${to}: ${kept}`);
      const line = { name: `${plan.name}, ${name}`, runs: rule.runs, kept: rule.kept, copies };
      return [JSON.stringify(line), line];
    });
  }

  /* How many accounts of a part have errors or warnings, or an invalid policy; nothing where none has. */
  function marks(first, end) {
    let [invalid, errors, warnings] = [0, 0, 0];
    for (let account = first; account < end; account += 1) {
      invalid += data.state(account)?.status === "invalid" ? 1 : 0;
      errors += data.worst[account] === 1 ? 1 : 0;
      warnings += data.worst[account] === 2 ? 1 : 0;
    }
    const said = [[invalid, "invalid", "error"], [errors, "with errors", "error"], [warnings, "with warnings", "warning"]];
    return said.filter(([number]) => number).map(([number, text, kind]) => element("div", {}, element("span", { class: `badge ${kind}` }, `${number.toLocaleString("en")} ${text}`)));
  }

  return { table };
})();
