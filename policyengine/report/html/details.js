"use strict";

/* What is known of the account or the unit that is chosen, as it stands beside the tree. */
const details = (() => {
  const { page, units, accounts } = data;
  const { element, count, folded, prose, chunked } = dom;

  /* The view of an entity; without an organization there is only what was found in the texts. */
  function of(entity) {
    if (!units.length) return [heading("Findings"), findings.groups(page.findings)];
    return data.isUnit(entity) ? unit(entity) : account(entity);
  }

  const heading = (text, ...more) => element("h2", { tabindex: "-1" }, text, more);

  /* A part of a view; one that would be empty is left out. */
  function section(title, number, ...content) {
    if (!number) return null;
    return element(
      "section",
      { class: "part" },
      element("h3", {}, title, " ", element("span", { class: "count" }, number.toLocaleString("en"))),
      content,
    );
  }

  function crumbs(unitsAbove) {
    const links = unitsAbove.map((number) => link(number, number === 0 ? units[0].name || "Root" : units[number].name));
    return element("nav", { class: "crumbs", "aria-label": "Units above" }, element("ol", {}, links.map((one) => element("li", {}, one))));
  }

  const link = (entity, text) => element("a", { href: address.of(entity) }, text);

  function attachedTo(entity) {
    const names = data.attached(entity).map((number) => element("li", {}, element("code", {}, page.policies[number]), refused(number)));
    return names.length > 0 && element("div", { class: "attached" }, "Attached here, in order: ", element("ol", {}, names));
  }

  const refused = (number) => page.refused.includes(number) && element("span", { class: "badge error" }, "AWS would refuse it");

  /* An account. */

  function account(entity) {
    const number = data.accountOf(entity);
    const state = data.state(number);
    const own = findings.about(entity);
    const changed = changes.about(entity);
    return [
      crumbs(data.chain(data.unitOf[number])),
      heading(accounts.name[number], " ", element("code", { class: "id" }, accounts.id[number])),
      element("p", { class: "facts" }, status(state), tags(number)),
      changes.fates(entity),
      hypothetical(entity),
      state?.meaning && element("p", { class: "notice warning" }, state.meaning),
      attachedTo(entity),
      errors(state),
      section("Changes", changed.length, requirements.flips(entity), chunked(changed, (one) => changes.item(one, false))),
      section("Findings", own.length, chunked(own, (one) => findings.item(one, false, entity))),
      state && section(state.status === "invalid" ? "Plans that AWS withholds" : "Plans", state.plans.length, chunked(state.plans, plans.card, 10)),
      state && served(state),
      section("Requirements", page.requirements.length, requirements.ofAccount(entity)),
      state && notes(state),
    ];
  }

  function status(state) {
    if (!state) return element("span", { class: "badge" }, "not judged");
    const kinds = { valid: "good", invalid: "error", empty: "warning", disabled: "warning" };
    return element("span", { class: `badge ${kinds[state.status]}` }, state.status);
  }

  function tags(number) {
    const pairs = Object.entries(data.tags(number));
    return pairs.length > 0 && element("span", { class: "tags" }, pairs.map(([key, value]) => element("code", {}, `${key}=${value}`)));
  }

  function hypothetical(entity) {
    const chain = [...data.chain(data.unitOf[data.accountOf(entity)]), entity];
    const named = chain.flatMap(data.attached).filter((number) => page.refused.includes(number));
    return named.length > 0 && element(
      "p",
      { class: "notice error" },
      "Hypothetical: AWS would refuse ",
      [...new Set(named)].map((number, place) => [place ? ", " : "", element("code", {}, page.policies[number])]),
      "; what it would refuse is left out here.",
    );
  }

  function errors(state) {
    if (!state?.errors.length) return null;
    return section("AWS's errors", state.errors.length, element("ul", { class: "errors" }, state.errors.map((error) =>
      element(
        "li",
        {},
        element("code", { class: "code" }, error.code),
        element("span", { class: "message" }, error.message),
        element("code", { class: "place" }, error.path),
        element("span", { class: "quiet" }, `from ${error.policies.join(", ")}`),
      ),
    )));
  }

  /* What AWS serves instead of an invalid policy. */
  function served(state) {
    if (state.status !== "invalid") return null;
    if (state.served === null) return element("p", { class: "notice warning" }, "What AWS serves until then is not in the snapshot.");
    return section("Plans that AWS serves until then", state.served.length, chunked(state.served, plans.card, 10));
  }

  function notes(state) {
    if (!state.notes.length) return null;
    const made = ([, path, policy, entity, detail, basis]) =>
      element(
        "li",
        {},
        element("b", {}, policy), ` at ${data.path(entity) || "the root"}: `, prose(detail), " ",
        element("code", { class: "place" }, path), " ", element("span", { class: "quiet" }, basis),
      );
    return folded({ class: "notes" }, `What the merge left out or could not be sure of (${state.notes.length})`, () =>
      chunked(state.notes.map((number) => page.notesTable[number]), made, 50, "ul"),
    );
  }

  /* A unit. */

  function unit(entity) {
    const found = findings.about(entity);
    const changed = changes.about(entity);
    const [first, end] = data.extent(entity);
    const removed = entity === 0 ? (page.comparison?.removed ?? []) : [];
    return [
      entity > 0 && crumbs(data.chain(units[entity].parent)),
      heading(entity === 0 ? units[0].name || "Root" : units[entity].name, " ", element("span", { class: "count" }, count(end - first, "account"))),
      changes.fates(entity),
      attachedTo(entity),
      entity > 0 && element("p", {}, element("button", { type: "button", click: () => filter.ask({ unit: units[entity].path }) }, "Show only this unit in the tree")),
      requirements.flips(entity),
      section("Changes", changed.length, changes.groups(changed)),
      section("Removed accounts", removed.length, chunked(removed, ([id, , path]) => element("li", {}, path, " ", element("code", {}, id)), 50, "ul")),
      section("Findings", found.length, findings.groups(found, entity)),
      end > first && element("section", { class: "part" }, element("h3", {}, "What is protected"), protection.table(entity)),
      section("Requirements", page.requirements.length, requirements.ofUnit(entity)),
      legend(),
    ];
  }

  /* What the signs of the page mean. */
  function legend() {
    const signs = [
      [element("span", { class: "badge error" }, "error"), "fails the gate"],
      [element("span", { class: "badge warning" }, "warning"), "stands, and does not fail the gate unless the project says so"],
      [element("span", { class: "badge info" }, "info"), "good to know"],
      [element("span", { class: "badge good" }, "holds"), "a requirement that is met, an account that is valid"],
      [element("span", { class: "badge warning" }, "undecided"), "the snapshot does not say enough to tell"],
      [element("span", { class: "standing" }, "waived, accepted"), "does not count: a waiver or the baseline covers it"],
      [element("span", { class: "dotted" }, "35 days"), "a policy sets this value: point at it for who, and who lost"],
      ["a bare value", "nobody sets it: AWS Backup's default"],
    ];
    return folded({ class: "legend" }, "What the signs mean", () =>
      element("dl", {}, signs.map(([sign, text]) => element("div", {}, element("dt", {}, sign), element("dd", {}, text)))),
    );
  }

  return { of };
})();
