// An SVG file's text as the bytes of a PNG, drawn by the browser itself, in the page's type, which is put into the SVG
// beforehand: a picture loads nothing. What else the SVG names must be in it.
import { carried, faceCss, pageFaces, sets } from "./typeface";

/** `width`, `height` in CSS pixels, each of `scale` pixels of the picture. Rejects where there is no such picture. */
export async function pngOf(
  svg: string,
  { width, height, scale }: { readonly width: number; readonly height: number; readonly scale: number },
): Promise<Uint8Array> {
  const address = URL.createObjectURL(new Blob([await withType(svg)], { type: "image/svg+xml" }));
  try {
    const image = new Image(width, height);
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: width * scale, height: height * scale });
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    if (!blob) throw new Error("The picture is too large for this browser; a smaller one would be right");
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Of the faces those that some letter needs. Without a font the words are drawn all the same. */
export async function withType(svg: string): Promise<string> {
  const needed = pageFaces().filter((face) => sets(face, svg));
  const faces = await Promise.all(needed.map(carried)).catch(() => []);
  return svg.replace(/(<svg\b[^>]*>)/, (start) => `${start}<style>${faces.map(faceCss).join("")}</style>`);
}
