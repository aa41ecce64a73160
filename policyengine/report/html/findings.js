"use strict";

/* Findings: one with all that it says, or many by the check that made them. */
const findings = (() => {
  const { page, SEVERITIES } = data;
  const { element, prose, path, some, count, chunked, folded } = dom;
  const FEW = 5; // findings that are all open at first
  const MOST_PLACES = 20;
  const MOST_POLICIES = 10;

  /* Findings about an entity, worst first: of an account its own, of the root also those about none in particular. */
  function about(entity) {
    const [first, end] = data.extent(entity);
    return page.findings.filter((one) =>
      one.accounts === undefined ? entity === 0 || !data.units.length : data.meets(one.accounts, first, end),
    );
  }

  const badge = (severity, text = severity) => element("span", { class: `badge ${severity}` }, text);

  /* The places of a finding that are about an entity; about all of them where none is given. */
  function placesOf(finding, entity) {
    if (!finding.places) return [finding];
    if (entity === undefined) return finding.places;
    const [first, end] = data.extent(entity);
    return finding.places.filter(({ accounts }) => accounts === undefined || data.meets(accounts, first, end));
  }

  /* A finding as it stands for an entity: at its places. `filterable` offers to show its accounts in the tree. */
  function item(finding, filterable, entity) {
    const rule = page.rules[finding.rule];
    const [here, ...others] = placesOf(finding, entity);
    const policies = new Set([here, ...others].flatMap((one) => one.policies ?? []));
    const facts = [
      ["Path", here.path && path(here.path)],
      ["Region", finding.region],
      ["Policies", some([...policies], MOST_POLICIES)],
      ["Requirement", finding.requirement],
    ].filter(([, text]) => text);
    return element(
      "article",
      { class: `finding ${finding.severity} ${finding.standing}` },
      element(
        "header",
        {},
        badge(finding.severity),
        element("code", { class: "code" }, `${rule.code} ${rule.name}`),
        here.place && element("code", { class: "place" }, here.place),
        standing(finding),
      ),
      element("p", { class: "message" }, prose(finding.message)),
      here.excerpt && excerpt(here.excerpt),
      (here.labels ?? []).map(([text, place]) => label(text, place)),
      others.length > 0 && label("also at", alsoAt(others)),
      facts.length > 0 && element("dl", {}, facts.map(([name, text]) => element("div", {}, element("dt", {}, name), element("dd", {}, text)))),
      finding.help && element("p", { class: "help" }, prose(finding.help)),
      finding.waiver && waiver(finding.waiver),
      filterable && finding.accounts !== undefined && accountsButton(finding.accounts, `${rule.code} ${rule.name}`),
      folded({ class: "why" }, `Why ${rule.code}`, () => why(rule)),
    );
  }

  const label = (text, place) => element("p", { class: "label" }, `${text}: `, element("code", { class: "place" }, place));

  /* Other places of a finding, as text: of very many the first. */
  function alsoAt(places) {
    return some([...new Set(places.map(({ place, path }) => place ?? path))], MOST_PLACES);
  }

  /* What became of a finding, in a word; nothing where that goes without saying. */
  const word = ({ standing }) => (standing !== "counts" ? standing : page.command === "diff" ? "new" : "");

  function standing(finding) {
    const told = finding.standing === "accepted" ? `accepted in ${page.baseline}` : word(finding);
    return told && element("span", { class: "standing" }, told);
  }

  function waiver({ until, because, place }) {
    return element("p", { class: "waiver" }, `Waived until ${until}: ${because} `, element("code", { class: "place" }, place));
  }

  /* The text of a place, of one line or several, with what is meant marked in each. */
  function excerpt([text, start, end]) {
    const lines = text.slice(start, end).split("\n").map((line) => line.split(/(?<=^\s*)(?=\S)/));
    const marked = lines.map((parts, number) => [number > 0 && element("br"), parts.slice(0, -1), element("mark", {}, parts.at(-1))]);
    return element("pre", { class: "excerpt" }, text.slice(0, start), marked, text.slice(end));
  }

  function why(rule) {
    return element(
      "div",
      {},
      element("p", {}, element("b", {}, prose(rule.title))),
      element("p", {}, prose(rule.rationale)),
      element("p", { class: "page" }, "Page: ", element("code", {}, rule.url), ", or ", element("code", {}, `policyengine rules ${rule.name}`)),
    );
  }

  /* A button that shows only the accounts of a set in the tree. */
  function accountsButton(set, label, text = count(data.countIn(set), "account")) {
    return element(
      "button",
      { type: "button", class: "accounts", click: () => filter.ask({ only: { set, label } }) },
      text,
      element("span", { class: "hint" }, " in the tree"),
    );
  }

  /* Findings by check, each opened when wanted; those that do not count stand apart, last. */
  function groups(some, entity) {
    const together = new Map();
    for (const one of some) {
      const key = `${one.standing === "counts" ? 0 : 1} ${SEVERITIES.indexOf(one.severity)} ${page.rules[one.rule].code} ${one.standing}`;
      if (!together.has(key)) together.set(key, []);
      together.get(key).push(one);
    }
    // Errors that count are read first: nobody should have to open them.
    const open = (key) => some.length <= FEW || key.startsWith(`0 ${SEVERITIES.indexOf("error")} `);
    return [...together.keys()].sort().map((key) => group(together.get(key), open(key), entity));
  }

  function group(some, open, entity) {
    const [{ rule: number, severity }] = some;
    const rule = page.rules[number];
    const summary = [
      badge(severity),
      element("code", { class: "code" }, `${rule.code} ${rule.name}`),
      element("span", { class: "title" }, prose(rule.title)),
      element("span", { class: "number" }, word(some[0]) ? `${some.length.toLocaleString("en")} ${word(some[0])}` : count(some.length, "finding")),
    ];
    return folded({ class: `group ${severity} ${some[0].standing}`, open }, summary, () => chunked(some, (one) => item(one, true, entity)));
  }

  return { about, item, groups, badge, accountsButton };
})();
