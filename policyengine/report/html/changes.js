"use strict";

/* What a change does to accounts, for `diff`. */
const changes = (() => {
  const { page } = data;
  const { element, prose, path, count, chunked, folded } = dom;
  const CLASSES = ["lost", "weakened", "changed", "strengthened", "added"];

  /* By account, the place of its worst class, counted from 1; 0 where nothing changes. */
  const worst = new Uint8Array(data.size);
  for (const name of [...CLASSES].reverse())
    for (const change of page.comparison?.changes ?? [])
      if (change.class === name) data.mark(worst, change.accounts, CLASSES.indexOf(name) + 1);
  const worstOf = (account) => CLASSES[worst[account] - 1];

  /* Changes of accounts from `first` to before `end`, the worst first. */
  const about = (entity) => {
    const [first, end] = data.extent(entity);
    return (page.comparison?.changes ?? []).filter((change) => data.meets(change.accounts, first, end));
  };

  function item(change, filterable) {
    const facts = [["Path", change.path && path(change.path)], ["Region", change.region]].filter(([, text]) => text);
    return element(
      "article",
      { class: `change ${change.class}` },
      element(
        "header",
        {},
        element("span", { class: `badge ${change.class}` }, change.class),
        element("span", { class: "subject" }, prose(change.subject)),
        change.fails && element("span", { class: "badge error" }, "fails"),
        element("code", { class: "place" }, change.id),
      ),
      element("p", { class: "message" }, prose(change.effect)),
      change.before !== change.after && beforeAfter(change),
      facts.length > 0 && element("dl", {}, facts.map(([name, text]) => element("div", {}, element("dt", {}, name), element("dd", {}, text)))),
      change.causes.length > 0 && element("ul", { class: "causes" }, change.causes.map(cause)),
      change.allowed !== null && element("p", { class: "waiver" }, `Allowed: ${change.allowed}`),
      filterable && findings.accountsButton(change.accounts, `${change.class}: ${change.subject}`),
    );
  }

  function beforeAfter({ before, after }) {
    return element(
      "div",
      { class: "before-after" },
      before !== null && element("del", {}, before),
      after !== null && element("ins", {}, after),
    );
  }

  /* A line of the text that made a change, as a diff has it. */
  function cause([sign, place, line]) {
    return element(
      "li",
      { class: sign === "+" ? "new" : "old" },
      element("span", { class: "sign" }, sign),
      element("code", {}, line),
      place && element("code", { class: "place" }, place),
    );
  }

  /* Changes by class, the worst one open. */
  function groups(some) {
    const present = CLASSES.filter((name) => some.some((change) => change.class === name));
    return present.map((name, place) => {
      const same = some.filter((change) => change.class === name);
      const summary = [
        element("span", { class: `badge ${name}` }, name),
        element("span", { class: "number" }, count(same.length, "change")),
      ];
      return folded({ class: `group ${name}`, open: place === 0 }, summary, () => chunked(same, (one) => item(one, true)));
    });
  }

  const FATES = [
    ["becameInvalid", "error", "became invalid: from now on AWS keeps the last valid policy"],
    ["emptyHanded", "error", "is new and invalid: AWS has no last valid policy to keep, so it gets nothing"],
    ["stayedInvalid", "warning", "was invalid and still is: AWS keeps the last valid policy, nothing is compared"],
    ["becameValid", "good", "became valid: AWS publishes its policy again"],
    ["unknown", "warning", "has a policy from AWS that the snapshot does not know: there is nothing to compare"],
    ["added", "info", "is new"],
  ];

  /* What became of an account as a whole, or of how many accounts of a unit; each a notice. */
  function fates(entity) {
    const { comparison } = page;
    if (!comparison) return [];
    const [first, end] = data.extent(entity);
    const notices = FATES.map(([name, kind, text]) => {
      const number = data.countIn(comparison[name], first, end);
      const whom = data.isUnit(entity) && [findings.accountsButton(comparison[name], text, count(number, "account")), " "];
      return number > 0 && notice(kind, whom, text);
    });
    const before = data.isUnit(entity) ? undefined : comparison.moved[data.accounts.id[data.accountOf(entity)]];
    return [...notices, before !== undefined && notice("info", `moved here from ${before}`)];
  }

  const notice = (kind, ...content) => element("p", { class: `notice ${kind}` }, content);

  return { CLASSES, about, worstOf, item, groups, fates };
})();
