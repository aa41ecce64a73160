"use strict";

/* Elements. This is the only script that makes any, and text is all that data becomes. */
const dom = (() => {
  // What a reader could not see, or would see in the wrong place: control characters, marks that turn the direction of
  // writing, characters that no font has or shows.
  const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

  /* The text with everything spelled out that would not show: `\u202e`. */
  function printable(text) {
    return String(text).replace(UNSEEN, (found) => `\\u${found.codePointAt(0).toString(16).padStart(4, "0")}`);
  }

  /* An element. Attributes that are null, undefined or false are left out, functions listen to the event of their name;
     children are elements, texts, lists of both, or nothing. */
  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") made.addEventListener(name, value);
      else if (value !== null && value !== undefined && value !== false)
        made.setAttribute(name, value === true ? "" : printable(value));
    }
    add(made, children);
    return made;
  }

  function add(parent, children) {
    for (const child of children.flat(Infinity)) {
      if (child === null || child === undefined || child === false) continue;
      parent.append(child instanceof Node ? child : printable(child));
    }
  }

  /* Puts children in the place of all that an element holds. */
  function fill(parent, ...children) {
    parent.replaceChildren();
    add(parent, children);
    return parent;
  }

  /* A message: what stands in backticks is code. */
  function prose(text) {
    return text.split("`").map((part, place) => (place % 2 ? element("code", {}, part) : part));
  }

  /* A path, which breaks after its steps where a line has no room for it. */
  function path(text) {
    return text.split(/(?<=[/:])/).flatMap((step, place) => (place ? [element("wbr"), step] : [step]));
  }

  /* The first texts, and how many more there are. */
  function some(texts, most) {
    const more = texts.length - most;
    return more > 0 ? `${texts.slice(0, most).join(", ")} and ${more.toLocaleString("en")} more` : texts.join(", ");
  }

  /* `1 account`, `12,000 accounts`. */
  function count(number, noun) {
    const plural = noun.endsWith("y") ? `${noun.slice(0, -1)}ies` : `${noun}s`;
    return `${number.toLocaleString("en")} ${number === 1 ? noun : plural}`;
  }

  /* A list that shows its first entries and brings more when asked; `make` makes an entry, `tag` holds them. */
  function chunked(entries, make, size = 50, tag = "div") {
    const list = element(tag);
    const box = element("div", { class: "chunked" }, list);
    let shown = 0;
    const more = element("button", { type: "button", class: "more", click: show });
    function show() {
      const next = entries.slice(shown, shown + size);
      shown += next.length;
      more.remove();
      add(list, next.map(make));
      if (shown < entries.length) {
        fill(more, `Show ${Math.min(size, entries.length - shown)} more of ${entries.length.toLocaleString("en")}`);
        box.append(more);
      }
    }
    show();
    return box;
  }

  /* A part that opens; what is in it is made when it first does. */
  function folded(attributes, summary, make) {
    const part = element("details", attributes, element("summary", {}, summary));
    const open = () => {
      if (part.open && part.childElementCount === 1) add(part, [make()]);
    };
    part.addEventListener("toggle", open);
    open();
    return part;
  }

  return { element, fill, prose, path, some, count, chunked, folded, printable };
})();
