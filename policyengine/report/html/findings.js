"use strict";

/* Findings: one with all that it says, or many by the check that made them. */
const findings = (() => {
  const { page, SEVERITIES } = data;
  const { element, prose, count, chunked, folded } = dom;
  const FEW = 5; // findings that are all open at first

  /* Findings about an entity, worst first: of an account its own, of the root also those about none in particular. */
  function about(entity) {
    const [first, end] = data.extent(entity);
    return page.findings.filter((one) =>
      one.accounts === undefined ? entity === 0 || !data.units.length : data.meets(one.accounts, first, end),
    );
  }

  const badge = (severity, text = severity) => element("span", { class: `badge ${severity}` }, text);

  /* A finding. `filterable` offers to show its accounts in the tree. */
  function item(finding, filterable) {
    const rule = page.rules[finding.rule];
    const facts = [
      ["Path", finding.path],
      ["Region", finding.region],
      ["Policies", finding.policies?.join(", ")],
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
        finding.place && element("code", { class: "place" }, finding.place),
        standing(finding),
      ),
      element("p", { class: "message" }, prose(finding.message)),
      finding.excerpt && excerpt(finding.excerpt),
      (finding.labels ?? []).map(([text, place]) => element("p", { class: "label" }, `${text}: `, element("code", { class: "place" }, place))),
      facts.length > 0 && element("dl", {}, facts.map(([name, text]) => element("div", {}, element("dt", {}, name), element("dd", {}, text)))),
      finding.help && element("p", { class: "help" }, prose(finding.help)),
      finding.waiver && waiver(finding.waiver),
      filterable && finding.accounts !== undefined && accountsButton(finding.accounts, `${rule.code} ${rule.name}`),
      folded({ class: "why" }, `Why ${rule.code}`, () => why(rule)),
    );
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

  function excerpt([line, start, end]) {
    return element("pre", { class: "excerpt" }, line.slice(0, start), element("mark", {}, line.slice(start, end)), line.slice(end));
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
  function groups(some) {
    const together = new Map();
    for (const one of some) {
      const key = `${one.standing === "counts" ? 0 : 1} ${SEVERITIES.indexOf(one.severity)} ${page.rules[one.rule].code} ${one.standing}`;
      if (!together.has(key)) together.set(key, []);
      together.get(key).push(one);
    }
    // Errors that count are read first: nobody should have to open them.
    const open = (key) => some.length <= FEW || key.startsWith(`0 ${SEVERITIES.indexOf("error")} `);
    return [...together.keys()].sort().map((key) => group(together.get(key), open(key)));
  }

  function group(some, open) {
    const [{ rule: number, severity }] = some;
    const rule = page.rules[number];
    const summary = [
      badge(severity),
      element("code", { class: "code" }, `${rule.code} ${rule.name}`),
      element("span", { class: "title" }, prose(rule.title)),
      element("span", { class: "number" }, word(some[0]) ? `${some.length.toLocaleString("en")} ${word(some[0])}` : count(some.length, "finding")),
    ];
    return folded({ class: `group ${severity} ${some[0].standing}`, open }, summary, () => chunked(some, (one) => item(one, true)));
  }

  return { about, item, groups, badge, accountsButton };
})();
