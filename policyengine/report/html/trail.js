"use strict";

/* Values with their trail: a card that shows who set a value and who lost, on hover, focus or click. */
const trail = (() => {
  const { page } = data;
  const { element, fill, prose } = dom;
  const card = element("div", { id: "trail", class: "trail", role: "tooltip", hidden: true });
  document.body.append(card);
  let shown = null; // the value whose card is open
  let pinned = false;

  /* A value: with steps a button, else plain text. `path` is that of its setting; a `fallback` is AWS Backup's own. */
  function value(text, { steps, path, fallback }) {
    if (!steps) return element("span", { class: fallback ? "value fallback" : "value" }, text);
    const losers = lost(steps);
    const button = element(
      "button",
      { type: "button", class: `value${losers ? " contested" : ""}`, "aria-expanded": "false" },
      text,
      losers && [" ", element("span", { class: "lost" }, losers)],
    );
    const open = () => show(button, text, path, steps);
    button.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && open());
    button.addEventListener("pointerleave", leave);
    button.addEventListener("focus", open);
    button.addEventListener("blur", hide);
    button.addEventListener("click", () => {
      if (shown === button && pinned) return hide();
      open();
      pinned = true;
    });
    return button;
  }

  /* Whether all that makes a value stands in files. */
  const inLanguage = (steps) => steps.every(([outcome, , , , , place]) => outcome !== "applied" || place !== null);

  /* How many steps came to nothing, and why: `1 blocked, 2 overridden`. */
  function lost(steps) {
    const number = (outcome) => steps.filter(([found]) => found === outcome).length;
    const words = ["blocked", "shadowed", "overridden"].filter(number);
    return words.map((outcome) => `${number(outcome)} ${outcome}`).join(", ");
  }

  function show(button, text, path, steps) {
    if (shown === button) return;
    hide();
    shown = button;
    const head = [element("span", {}, text), " ", element("code", { class: "place" }, path)];
    fill(card, element("p", { class: "trail-head" }, head), steps.map(row));
    card.hidden = false;
    button.setAttribute("aria-expanded", "true");
    button.setAttribute("aria-describedby", "trail");
    place();
  }

  /* The card may be hovered itself; a pinned or focused one stays. */
  function leave(event) {
    const target = event.relatedTarget;
    if (pinned || document.activeElement === shown) return;
    if (target instanceof Node && (card.contains(target) || shown?.contains(target))) return;
    hide();
  }

  function hide() {
    shown?.setAttribute("aria-expanded", "false");
    shown?.removeAttribute("aria-describedby");
    shown = null;
    pinned = false;
    card.hidden = true;
  }

  function row([outcome, operator, operand, policy, entity, place, reason, idle]) {
    const path = data.path(entity);
    return element(
      "div",
      { class: `step ${outcome}` },
      element("span", { class: "outcome" }, outcome),
      element(
        "span",
        { class: "deed" },
        element("code", {}, operator),
        operand !== null && [" ", element("code", { class: "operand" }, operand)],
        " by ",
        element("b", {}, page.policies[policy]),
        " at ",
        element("b", {}, path || "the root"),
        idle ? ", changes nothing" : null,
        reason && element("span", { class: "reason" }, prose(reason)),
      ),
      element("span", { class: "place" }, place ?? "snapshot"),
    );
  }

  /* Below the value, or above it where there is more room; inside the window in any case. */
  function place() {
    if (!shown) return;
    const box = shown.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = card;
    const below = box.bottom + height + 8 < window.innerHeight || box.top < height + 8;
    card.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - width - 8))}px`;
    card.style.top = `${below ? box.bottom + 4 : box.top - height - 4}px`;
  }

  card.addEventListener("pointerleave", leave);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  document.addEventListener("scroll", place, true);
  window.addEventListener("resize", place);

  return { value, hide, inLanguage };
})();
