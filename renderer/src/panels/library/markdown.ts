// Notes as HTML. What a person wrote is shown, never run: HTML in it stays text, links that are no web address stay
// text, and pictures are not fetched, since the page may reach no network.
import MarkdownIt from "markdown-it";

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false, breaks: true });

markdown.disable("image");
markdown.validateLink = (address: string) => /^(https?:|mailto:)/i.test(address.trim());
// The window opens no other; where it leads is said, so that it can be copied. A screen already has its headings.
markdown.renderer.rules["link_open"] = (tokens, index) => {
  const address = markdown.utils.escapeHtml(String(tokens[index]!.attrGet("href") ?? ""));
  return `<a href="${address}" title="${address}" target="_blank" rel="noopener noreferrer">`;
};
markdown.renderer.rules["heading_open"] = () => `<p class="heading">`;
markdown.renderer.rules["heading_close"] = () => `</p>`;

/** Safe to be set as HTML. Tables carry no style attributes: the page's policy would refuse them. */
export function notesHtml(notes: string): string {
  return markdown.render(notes).replaceAll(/ style="text-align:(left|right|center)"/g, ` align="$1"`);
}
