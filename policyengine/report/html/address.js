"use strict";

/* The page's own links: `#/account/222222222222`, `#/unit/Workloads/Finance`. */
const address = (() => {
  const { units, accounts } = data;

  function of(entity) {
    if (!data.isUnit(entity)) return `#/account/${encodeURIComponent(accounts.id[data.accountOf(entity)])}`;
    return `#/unit/${encodeURIComponent(units[entity].path)}`;
  }

  /* The entity that a link names; null for any other text. */
  function read(link) {
    const found = /^#\/(unit|account)\/(.*)$/.exec(link);
    if (!found) return null;
    const [, kind, name] = [...found].map(decoded);
    if (kind === "unit") return data.byPath.get(name) ?? null;
    const account = data.byId.get(name);
    return account === undefined ? null : data.entityOf(account);
  }

  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }

  return { of, read };
})();
