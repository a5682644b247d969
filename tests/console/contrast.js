// The texts of a page whose contrast with their ground is below what WCAG 2.2 AA asks for.
() => {
  const parse = (color) => {
    const parts = color.match(/[\d.]+/g).map(Number);
    return parts.length < 4 ? [...parts, 1] : parts;
  };
  const luminance = (color) => {
    const [r, g, b] = color.slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color[3] > 0.99) return color;
    }
    return [255, 255, 255, 1];
  };
  const holdsText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  const bad = new Set();
  for (const element of document.querySelectorAll("body *")) {
    if (!holdsText(element) || !element.checkVisibility() || element.closest("svg, .unseen, .skip")) continue;
    const style = getComputedStyle(element);
    const [light, dark] = [luminance(parse(style.color)), luminance(ground(element))].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (style.fontWeight >= 700 && size >= 18.66);
    if ((light + 0.05) / (dark + 0.05) < (isLarge ? 3 : 4.5)) {
      bad.add(`${element.className}: ${element.textContent.trim().slice(0, 40)}`);
    }
  }
  return [...bad];
}
