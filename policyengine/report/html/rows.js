"use strict";

/* The lines of the tree that can be scrolled to: what fits the filter, below units that are open. */
const rows = (() => {
  const { units } = data;
  const SMALL = 60; // accounts that are all shown at first
  const opened = new Set([0]);
  const closedWhileFiltering = new Set();
  if (data.size <= SMALL) units.forEach((unit) => opened.add(unit.number));

  let lines = [];
  let places = new Map(); // of an entity, its line

  const isOpen = (unit) => (filter.active() ? !closedWhileFiltering.has(unit) : opened.has(unit));

  function setOpen(unit, open) {
    const [among, is] = filter.active() ? [closedWhileFiltering, !open] : [opened, open];
    if (is) among.add(unit);
    else among.delete(unit);
    update();
  }

  /* Opens everything above an entity. */
  function reveal(entity) {
    const inside = data.isUnit(entity) ? units[entity].parent : data.unitOf[data.accountOf(entity)];
    if (inside === null) return;
    data.chain(inside).forEach((unit) => {
      opened.add(unit);
      closedWhileFiltering.delete(unit);
    });
    update();
  }

  function update() {
    lines = [];
    if (units.length) add(0, 1, 1);
    places = new Map(lines.map((line, place) => [line.entity, place]));
  }

  function add(number, position, among) {
    const unit = units[number];
    lines.push({ entity: number, level: unit.depth + 1, position, among });
    if (!isOpen(number)) return;
    const inner = unit.inner.filter((one) => !filter.active() || filter.countIn(units[one].first, units[one].end) > 0);
    const total = inner.length + filter.countIn(unit.own, unit.end);
    inner.forEach((one, place) => add(one, place + 1, total));
    let next = inner.length;
    for (let account = unit.own; account < unit.end; account += 1) {
      if (!filter.fits(account)) continue;
      next += 1;
      lines.push({ entity: data.entityOf(account), level: unit.depth + 2, position: next, among: total });
    }
  }

  filter.listen(() => {
    closedWhileFiltering.clear();
    update();
  });
  update();

  return { all: () => lines, placeOf: (entity) => places.get(entity), isOpen, setOpen, reveal };
})();
