// A figure in the page, in the page's own colours.
import type { DrawnFigure } from "../document";
import { plainText } from "../plainText";
import { figureSvg } from "../svg/figureSvg";

/** `id`: unique in the page. */
export function drawnSvg({ figure, width, height, alternative, isCompact }: DrawnFigure, id: string): string {
  return figureSvg(figure, {
    width,
    height,
    colours: "variables",
    isCompact,
    id,
    alternative: plainText(alternative),
  });
}
