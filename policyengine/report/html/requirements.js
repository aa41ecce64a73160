"use strict";

/* What requirements come to: for a unit how many accounts, for an account which way. */
const requirements = (() => {
  const { page } = data;
  const { element, prose, folded, count } = dom;
  const OUTCOMES = { violated: "error", undecided: "warning", holds: "good" };

  /* The requirements with an outcome for any account of an entity, those that are violated first. */
  function about(entity) {
    const [first, end] = data.extent(entity);
    const numbered = page.requirements.map((one) => ({
      one,
      numbers: Object.keys(OUTCOMES).map((outcome) => data.countIn(one[outcome], first, end)),
    }));
    const applying = numbered.filter(({ numbers }) => numbers.some(Boolean));
    const rank = ({ numbers }) => numbers.findIndex(Boolean);
    return { applying: applying.sort((one, other) => rank(one) - rank(other)), idle: numbered.length - applying.length };
  }

  function name({ one }) {
    return element(
      "th",
      { scope: "row" },
      element("code", {}, one.name),
      one.pack && element("span", { class: "pack" }, `pack ${one.pack}`),
      one.level === "advisory" && element("span", { class: "pack" }, "advisory"),
      element("span", { class: "title" }, [one.title, one.reference].filter(Boolean).join(". ")),
    );
  }

  /* A table with a row for each requirement; `mark` makes the cells behind its name. */
  function table({ applying, idle }, heads, mark) {
    return element(
      "div",
      { class: "scroll" },
      applying.length > 0 && element(
        "table",
        { class: "requirements" },
        element("thead", {}, element("tr", {}, ["requirement", ...heads].map((head) => element("th", { scope: "col" }, head)))),
        element("tbody", {}, applying.map((found) => element("tr", {}, name(found), mark(found)))),
      ),
      idle > 0 && element("p", { class: "quiet" }, `${count(idle, "requirement")} ${idle === 1 ? "applies" : "apply"} to no account here`),
    );
  }

  /* How many accounts of a unit each requirement is violated, open or met for. */
  function ofUnit(entity) {
    const cells = ({ one, numbers }) =>
      Object.keys(OUTCOMES).map((outcome, place) => element("td", { class: "number" }, number(one, outcome, numbers[place])));
    return table(about(entity), Object.keys(OUTCOMES).map((outcome) => `accounts: ${outcome}`), cells);
  }

  function number(one, outcome, accounts) {
    if (!accounts) return element("span", { class: "quiet" }, "0");
    const text = element("span", { class: `badge ${OUTCOMES[outcome]}` }, accounts.toLocaleString("en"));
    return findings.accountsButton(one[outcome], `${outcome}: ${one.name}`, text);
  }

  /* What each requirement comes to for an account. */
  function ofAccount(entity) {
    const cells = ({ numbers }) => {
      const outcome = Object.keys(OUTCOMES)[numbers.findIndex(Boolean)];
      return element("td", {}, element("span", { class: `badge ${OUTCOMES[outcome]}` }, outcome));
    };
    return table(about(entity), ["outcome"], cells);
  }

  /* Requirements that come to something else since the base, for `diff`. */
  function flips(entity) {
    const [first, end] = data.extent(entity);
    const here = (page.comparison?.flips ?? []).filter(([, , , set]) => data.meets(set, first, end));
    if (!here.length) return null;
    return folded({ class: "flips", open: true }, `${count(here.length, "requirement")} with another outcome`, () =>
      element("ul", {}, here.map(([requirement, before, after, set]) =>
        element("li", {}, prose(`\`${requirement}\`: ${before} -> ${after} `), findings.accountsButton(set, `${requirement}: ${after}`)),
      )),
    );
  }

  return { ofUnit, ofAccount, flips };
})();
