"use strict";

/* The page's data: each thing stands once and is referred to by number. An entity is a unit by its number, or an
   account by its own behind those of all units. */
const data = (() => {
  const page = JSON.parse(document.getElementById("data").textContent);
  const { units, accounts, sets } = page;
  const size = accounts.id.length;
  const SEVERITIES = ["error", "warning", "info"];

  /* Accounts of a set as ranges, each end exclusive; made when a set is first asked for. */
  const decoded = new Map();
  function ranges(set) {
    if (!decoded.has(set)) {
      const row = sets[set];
      decoded.set(set, typeof row === "string" ? rangesOfBits(atob(row)) : row);
    }
    return decoded.get(set);
  }

  function rangesOfBits(bytes) {
    const found = [];
    let inside = false;
    for (let account = 0; account <= size; account += 1) {
      const is = account < size && (bytes.charCodeAt(account >> 3) >> (account & 7)) % 2 === 1;
      if (is !== inside) found.push(account);
      inside = is;
    }
    return found;
  }

  /* Whether a set holds any account from `first` to before `end`. */
  function meets(set, first, end) {
    const found = ranges(set);
    let low = 0;
    let high = found.length / 2;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (found[2 * middle + 1] <= first) low = middle + 1;
      else high = middle;
    }
    return 2 * low < found.length && found[2 * low] < end;
  }

  /* How many accounts of a set stand from `first` to before `end`. */
  function countIn(set, first = 0, end = size) {
    const found = ranges(set);
    let total = 0;
    for (let place = 0; place < found.length; place += 2)
      total += Math.max(0, Math.min(end, found[place + 1]) - Math.max(first, found[place]));
    return total;
  }

  /* Writes a value at each account of a set. */
  function mark(marks, set, value) {
    const found = ranges(set);
    for (let place = 0; place < found.length; place += 2) marks.fill(value, found[place], found[place + 1]);
  }

  const unitOf = new Int32Array(size);
  units.forEach((unit, number) => {
    unit.number = number;
    unit.depth = unit.parent === null ? 0 : units[unit.parent].depth + 1;
    unit.path = number === 0 ? "" : joined(units[unit.parent].path, unit.name);
    unit.inner = [];
    if (unit.parent !== null) units[unit.parent].inner.push(number);
    unitOf.fill(number, unit.own, unit.end);
  });

  function joined(above, name) {
    const own = name.replaceAll("/", "\\/");
    return above ? `${above}/${own}` : own;
  }

  const isUnit = (entity) => entity < units.length;
  const accountOf = (entity) => entity - units.length;
  const entityOf = (account) => account + units.length;

  /* The path of a unit or an account, as policies and messages have it; empty for the root. */
  function path(entity) {
    if (isUnit(entity)) return units[entity].path;
    const account = accountOf(entity);
    return joined(units[unitOf[account]].path, accounts.name[account]);
  }

  /* Units from the root down to one. */
  function chain(unit) {
    const above = units[unit].parent;
    return above === null ? [unit] : [...chain(above), unit];
  }

  /* The policies that are attached to a unit or an account itself, by number. */
  const attached = (entity) =>
    (isUnit(entity) ? units[entity].policies : page.attached[accountOf(entity)]) ?? [];

  /* The accounts of an entity: a unit's from first to before end, an account by itself. */
  const extent = (entity) =>
    isUnit(entity) ? [units[entity].first, units[entity].end] : [accountOf(entity), accountOf(entity) + 1];

  const counting = page.findings.filter((finding) => finding.standing === "counts");

  /* By account, what counts worst: 1 error, 2 warning, 3 info, 0 nothing. */
  const worst = new Uint8Array(size);
  for (const [place, severity] of [...SEVERITIES.entries()].reverse())
    for (const finding of counting)
      if (finding.severity === severity && finding.accounts !== undefined) mark(worst, finding.accounts, place + 1);

  units.forEach((unit) => (unit.worst = worst.slice(unit.first, unit.end).reduce(worse, 0)));
  function worse(one, other) {
    return one && other ? Math.min(one, other) : one || other;
  }

  const state = (account) => {
    const number = accounts.state[account];
    return number === null ? null : page.statesTable[number];
  };
  const tags = (account) => page.tagsTable[accounts.tags[account]];
  const byId = new Map(accounts.id.map((id, account) => [id, account]));
  const byPath = new Map(units.map((unit, number) => [unit.path, number]));

  return {
    page, units, accounts, size, SEVERITIES, worst, counting, byId, byPath, unitOf,
    meets, countIn, mark, isUnit, accountOf, entityOf, path, chain, attached, extent, state, tags,
  };
})();
