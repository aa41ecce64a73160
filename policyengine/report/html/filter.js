"use strict";

/* Which accounts are shown: those that fit everything that is asked for. */
const filter = (() => {
  const { page, units, accounts, size } = data;
  const nothing = { text: "", severities: [], code: "", classes: [], unit: "", status: "", affected: false, only: null };
  let asked = { ...nothing };
  let fitting = { marks: new Uint8Array(size).fill(1), sums: null, count: size };
  const listeners = [];

  /* Changes some of what is asked for, and tells everybody who listens. `only` is `{set, label}`. */
  function ask(changes) {
    asked = { ...asked, ...changes };
    fitting = found();
    listeners.forEach((listener) => listener());
  }

  const active = () => Object.keys(nothing).some((name) => String(asked[name] ?? "") !== String(nothing[name] ?? ""));

  function found() {
    const marks = new Uint8Array(size).fill(1);
    keepOf(marks, asked.severities, (severity) => marked(ofFindings((one) => one.standing === "counts" && one.severity === severity)));
    if (asked.code) keep(marks, marked(ofFindings((one) => page.rules[one.rule].code === asked.code)));
    keepOf(marks, asked.classes, (name) => marked(ofChanges((change) => change.class === name)));
    if (asked.status) keepWhere(marks, (account) => data.state(account)?.status === asked.status);
    if (asked.affected) keep(marks, affected());
    if (asked.only) keep(marks, marked([asked.only.set]));
    if (asked.unit) keep(marks, below(asked.unit.toLowerCase()));
    const words = asked.text.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length) keepWhere(marks, (account) => words.every((word) => haystack()[account].includes(word)));
    return { marks, ...summed(marks) };
  }

  /* How many fitting accounts stand before each, and how many there are. */
  function summed(marks) {
    const sums = new Int32Array(size + 1);
    for (let account = 0; account < size; account += 1) sums[account + 1] = sums[account] + marks[account];
    return { sums, count: sums[size] };
  }

  function keep(marks, others) {
    for (let account = 0; account < size; account += 1) marks[account] &= others[account];
  }

  function keepWhere(marks, fits) {
    for (let account = 0; account < size; account += 1) if (marks[account] && !fits(account)) marks[account] = 0;
  }

  /* Keeps what fits at least one of some wishes; without any wish everything fits. */
  function keepOf(marks, wishes, fits) {
    if (!wishes.length) return;
    const union = new Uint8Array(size);
    for (const wish of wishes) fits(wish).forEach((fit, account) => (union[account] |= fit));
    keep(marks, union);
  }

  function marked(sets) {
    const marks = new Uint8Array(size);
    sets.forEach((set) => data.mark(marks, set, 1));
    return marks;
  }

  const ofFindings = (fits) =>
    page.findings.filter((one) => one.accounts !== undefined && fits(one)).map((one) => one.accounts);
  const ofChanges = (fits) => (page.comparison?.changes ?? []).filter(fits).map((change) => change.accounts);

  /* What a reader must look at: accounts with findings that count, that changed, or of which AWS withholds the policy. */
  function affected() {
    const counting = ofFindings((one) => one.standing === "counts");
    const { becameInvalid, becameValid, added } = page.comparison ?? {};
    const came = [becameInvalid, becameValid, added].filter((set) => set !== undefined);
    const marks = marked([...counting, ...ofChanges(() => true), ...came]);
    accounts.state.forEach((_, account) => (marks[account] |= data.state(account)?.status === "invalid"));
    return marks;
  }

  /* Accounts below every unit whose path has the text in it. */
  function below(text) {
    const marks = new Uint8Array(size);
    for (const unit of units) if (unit.path.toLowerCase().includes(text)) marks.fill(1, unit.first, unit.end);
    return marks;
  }

  let haystacks = null;
  /* What is searched of each account: path, id and tags, made when somebody first searches. */
  function haystack() {
    haystacks ??= accounts.id.map((id, account) => {
      const tags = Object.entries(data.tags(account)).map(([key, value]) => `${key}=${value}`);
      return `${data.path(data.entityOf(account))} ${id} ${tags.join(" ")}`.toLowerCase();
    });
    return haystacks;
  }

  fitting = { marks: fitting.marks, ...summed(fitting.marks) };
  return {
    ask,
    active,
    clear: () => ask(nothing),
    asked: () => asked,
    fits: (account) => fitting.marks[account] === 1,
    countIn: (first, end) => fitting.sums[end] - fitting.sums[first],
    count: () => fitting.count,
    listen: (listener) => listeners.push(listener),
  };
})();
