"use strict";

/* The backups of a plan in the next days, a row for each rule. One stop for the Tab key; arrows move from day to day,
   and the line below tells the times of a day. Everything is UTC. */
const calendar = (() => {
  const { page } = data;
  const { element, fill } = dom;
  const DAY = 24 * 60;
  const start = new Date(page.at);
  const midnight = Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate());
  const startMinute = Math.ceil((start.getTime() - midnight) / 60_000);
  const days = Array.from({ length: page.days }, (_, day) => new Date(midnight + day * DAY * 60_000));
  const named = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const letter = new Intl.DateTimeFormat("en-GB", { weekday: "narrow", timeZone: "UTC" });

  /* By day, the minutes at which a rule runs; minutes that are left out are in the set of the loss. */
  function runs(schedule) {
    const { days: on, hours, minutes } = page.schedulesTable[schedule];
    const times = hours.flatMap((hour) => minutes.map((minute) => 60 * hour + minute));
    return new Map(on.map((day) => [day, times.filter((time) => day > 0 || time >= startMinute)]));
  }

  const clock = (time) => `${String(Math.floor(time / 60)).padStart(2, "0")}:${String(time % 60).padStart(2, "0")}`;

  /* The calendar of a plan; nothing where it has no rule. */
  function of(plan) {
    if (!plan.rules.length) return null;
    const told = element("p", { class: "told" });
    const rows = plan.rules.map(([name, , number], place) => ruleRow(name, page.rulesTable[number], lossOf(plan, place)));
    const table = element(
      "table",
      { class: "calendar", role: "grid" },
      element("caption", {}, `Backups of the next ${page.days} days, UTC`),
      element("thead", {}, element("tr", {}, element("td", {}), days.map(head))),
      element("tbody", {}, rows),
    );
    move(table, told);
    return element("div", { class: "calendar-box" }, element("div", { class: "scroll" }, table), told);
  }

  function lossOf(plan, place) {
    const found = plan.losses.find(([rule]) => rule === place);
    const [by, lost] = found ? page.lossesTable[found[1]] : [[], []];
    return { by, lost: new Set(lost) };
  }

  function head(day) {
    const first = day.getUTCDate() === 1 || day === days[0];
    const month = first ? day.toLocaleDateString("en", { month: "short", timeZone: "UTC" }) : null;
    return element(
      "th",
      { scope: "col", class: weekend(day), "aria-label": named.format(day) },
      element("span", { class: "month" }, month ?? "\u00a0"),
      element("span", {}, letter.format(day)),
      element("span", {}, day.getUTCDate()),
    );
  }

  const weekend = (day) => (day.getUTCDay() % 6 === 0 ? "weekend" : null);

  function ruleRow(name, rule, loss) {
    const times = runs(rule.schedule);
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, name),
      days.map((day, number) => cell(name, rule, day, number, times.get(number) ?? [], loss)),
    );
  }

  function cell(name, rule, day, number, times, { by, lost }) {
    const left = times.filter((time) => lost.has(number * DAY + time));
    const kept = times.filter((time) => !lost.has(number * DAY + time));
    const kind = [weekend(day), kept.length && "runs", left.length && (kept.length ? "reduced" : "left-out"), rule.continuous && "continuous"];
    const parts = [
      kept.length ? `${rule.continuous ? "continuous, " : ""}${listed(kept)}` : null,
      left.length ? `${listed(left)} left out, since ${by.join(" and ")} keeps longer and runs in the same window` : null,
    ];
    const text = `${named.format(day)}, ${name}: ${parts.filter(Boolean).join("; ") || "no backup"}`;
    return element(
      "td",
      { class: kind.filter(Boolean).join(" "), role: "gridcell", tabindex: "-1", "aria-label": text },
      element("span", {}, times.length ? kept.length || "\u00d7" : ""),
    );
  }

  function listed(times) {
    if (times.length <= 6) return `${times.length} at ${times.map(clock).join(", ")}`;
    return `${times.length} from ${clock(times[0])} to ${clock(times.at(-1))}`;
  }

  /* Arrow keys, and the line that tells about the cell under the pointer or the focus. */
  function move(table, told) {
    const cells = [...table.tBodies[0].rows].map((row) => [...row.cells].slice(1));
    const hint = "Point at a day, or use the arrow keys, to see its times";
    fill(told, hint);
    cells[0][0].tabIndex = 0;
    const where = (target) => {
      const found = target.closest("td[aria-label]");
      const row = cells.findIndex((line) => line.includes(found));
      return row < 0 ? null : [row, cells[row].indexOf(found)];
    };
    table.addEventListener("pointerover", (event) => fill(told, event.target.closest("td[aria-label]")?.ariaLabel ?? hint));
    table.addEventListener("focusin", (event) => fill(told, event.target.ariaLabel ?? hint));
    table.addEventListener("keydown", (event) => {
      const [row, day] = where(event.target) ?? [];
      const goal = {
        ArrowUp: [row - 1, day], ArrowDown: [row + 1, day], ArrowLeft: [row, day - 1], ArrowRight: [row, day + 1],
        Home: [row, 0], End: [row, days.length - 1],
      }[event.key];
      const target = goal && cells[goal[0]]?.[goal[1]];
      if (!goal || row === undefined) return;
      event.preventDefault();
      if (!target) return;
      cells[row][day].tabIndex = -1;
      target.tabIndex = 0;
      target.focus();
    });
  }

  return { of };
})();
