// What a reader sees of an element.
const seen = [
  "display", "position", "visibility", "opacity", "float", "box-sizing", "width", "height", "min-width", "max-width", "vertical-align", "overflow-x", "overflow-y", "cursor", "transform", "filter",
  ...["top", "right", "bottom", "left"].flatMap((side) => [`margin-${side}`, `padding-${side}`, `border-${side}-width`, `border-${side}-style`, `border-${side}-color`]),
  "border-top-left-radius", "border-bottom-right-radius", "box-shadow", "background-color", "background-image", "outline-style", "outline-width", "outline-color", "outline-offset", "appearance", "transition-duration",
  "align-items", "justify-content", "flex-direction", "flex-grow", "flex-shrink", "flex-basis", "row-gap", "column-gap",
  "color", "caret-color", "font-family", "font-size", "font-style", "font-weight", "font-variant-numeric", "line-height", "letter-spacing", "word-spacing", "text-align", "text-transform", "text-indent", "text-shadow",
  "text-decoration-line", "text-decoration-color", "text-overflow", "white-space", "overflow-wrap", "word-break", "hyphens", "tab-size", "direction", "list-style-type", "list-style-position", "border-collapse", "content", "fill", "stroke", "stroke-width", "vector-effect",
];

type Styles = { readonly [name: string]: string };

/** How the first element of each kind in each component looks, and what stands before and behind it. */
export function stylesOf(): { readonly [element: string]: Styles } {
  const found: { [element: string]: Styles } = {};
  for (const part of document.querySelectorAll("[data-component]")) {
    for (const element of part.querySelectorAll("*")) {
      const name = `${part.getAttribute("data-component")} ${element.parentElement?.localName} > ${element.localName}.${element.getAttribute("class") ?? ""}`;
      if (name in found) continue;
      for (const pseudo of ["", "::before", "::after", ...(element.matches("input, textarea") ? ["::placeholder"] : [])]) {
        const styles = getComputedStyle(element, pseudo || null);
        if (/before|after/.test(pseudo) && styles.content === "none") continue;
        found[name + pseudo] = Object.fromEntries(seen.map((each) => [each, styles.getPropertyValue(each)]));
      }
    }
  }
  return found;
}
