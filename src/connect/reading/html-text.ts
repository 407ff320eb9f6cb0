import { convert, type HtmlToTextOptions } from "html-to-text";

/** Longer HTML is cut off: what is left would not fit into an interaction anyway. */
const HTML_MAX = 1_000_000;

const OPTIONS: HtmlToTextOptions = {
  wordwrap: false,
  limits: { maxInputLength: HTML_MAX, maxDepth: 100, maxChildNodes: 10_000 },
  selectors: [
    { selector: "a", options: { ignoreHref: true } },
    { selector: "img", format: "skip" },
    { selector: "style", format: "skip" },
    { selector: "script", format: "skip" },
    ...["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
};

/** What a reader sees of a piece of HTML, as plain text; quotations begin with `> `. */
export function htmlText(html: string): string {
  return convert(html.slice(0, HTML_MAX), OPTIONS).trim();
}
