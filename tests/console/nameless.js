// The controls of a page that a screen reader has no name for.
() =>
  [...document.querySelectorAll("button:not([aria-hidden]), a[href], input:not([type=hidden]), select")]
    .filter((element) => !(element.ariaLabel || element.textContent.trim() || element.closest("label")?.textContent.trim()))
    .map((element) => element.outerHTML);
