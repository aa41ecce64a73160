"use strict";

/* Plans as cards: what runs when, where it is kept, and what is selected. */
const plans = (() => {
  const { page } = data;
  const { element } = dom;
  const pathNumbers = new Map(page.pathsTable.map(([path], number) => [path, number]));

  /* The trails of a plan: the steps that made the setting at a path. What nobody made is AWS Backup's own. */
  function trailsOf(plan) {
    const known = new Map();
    for (let place = 0; place < plan.trails.length; place += 2) known.set(plan.trails[place], plan.trails[place + 1]);
    const of = (path) => {
      const number = pathNumbers.get(path);
      const steps = page.trailsTable[known.get(number)];
      return { steps, path: steps && trail.inLanguage(steps) ? page.pathsTable[number][1] : path, fallback: known.size > 0 && !steps };
    };
    return { of };
  }

  function row([label, ...values], above, trails) {
    return element(
      "div",
      { class: "row" },
      element("dt", {}, label),
      element(
        "dd",
        {},
        values.map(([text, path], place) => [
          place > 0 && element("span", { class: "quiet" }, label === "Tag" ? " = " : " "),
          trail.value(text, trails.of(above + path)),
        ]),
      ),
    );
  }

  const rows = (some, above, trails) => element("dl", { class: "rows" }, some.map((one) => row(one, above, trails)));

  /* A plan where it runs, by its number. */
  function card(number) {
    const [planNumber, places] = page.deployedTable[number];
    const plan = page.plansTable[planNumber];
    const trails = trailsOf(plan);
    return element(
      "article",
      { class: "plan" },
      element("h3", {}, element("span", { class: "kind" }, "plan"), plan.name),
      rows(plan.rows, "", trails),
      plan.rules.map((rule, place) => ruleCard(rule, page.placesTable[places[place]], trails)),
      plan.selections.map((selection) => selectionCard(selection, trails)),
      calendar.of(plan),
    );
  }

  function ruleCard([name, path, number], places, trails) {
    const rule = page.rulesTable[number];
    const schedule = page.schedulesTable[rule.schedule];
    return element(
      "section",
      { class: "rule" },
      element(
        "h4",
        {},
        element("span", { class: "kind" }, "rule"),
        name,
        element("code", { class: "cron" }, schedule.cron),
        rule.gap && element("span", { class: "gap" }, `at most ${rule.gap} between two runs`),
      ),
      rows(rule.rows, `${path}/`, trails),
      vaultTable(places, 1),
      places.some(([, , airGapped]) => airGapped !== null) && vaultTable(places, 2),
      rule.copies.map(([below, some], place) =>
        element("div", { class: "copy" }, rows(some, `${path}/${below}/`, trails), copyVaults(places, place)),
      ),
    );
  }

  const WORDS = { there: "exists", missing: "missing", unknown: "unknown" };

  /* The vault of a rule, Region by Region; `column` tells which of its vaults. */
  function vaultTable(places, column) {
    return element(
      "ul",
      { class: "places" },
      places.filter((place) => place[column] !== null).map((place) => vaultLine(place[0].join(", "), place[column])),
    );
  }

  function copyVaults(places, place) {
    const numbers = [...new Set(places.map((found) => found[3][place]).filter((number) => number !== null))];
    return element("ul", { class: "places" }, numbers.map((number) => vaultLine("", number)));
  }

  function vaultLine(where, number) {
    const [name, state, facts] = page.vaultsTable[number];
    return element(
      "li",
      { class: state },
      where && element("span", { class: "regions" }, where),
      element("span", { class: `state ${state}` }, WORDS[state]),
      element("span", {}, `${name}: ${facts}`),
    );
  }

  function selectionCard([name, kind, path, number], trails) {
    return element(
      "section",
      { class: "selection" },
      element("h4", {}, element("span", { class: "kind" }, `${kind} selection`), name),
      rows(page.selectionsTable[number], `${path}/`, trails),
    );
  }

  return { card };
})();
