// The bundled digits (README.md beside this file): 1,797 images of 8 x 8 pixels 0 .. 16, kept as they are.
import type { Batch } from "./batch";
import { MAX_TEXT_BYTES, readCsv } from "./csv";
import { DataError } from "./error";
import type { Readers } from "./read";

export const DIGITS_FILE = "digits.csv.gz";
export const DIGITS_SAMPLES = 1797;
export const DIGITS_FEATURES = 64;
export const DIGITS_CLASSES = 10;

/** `bytes`: the file as it is bundled, handed in by the host. */
export function readDigits(bytes: Uint8Array, readers: Readers): Batch {
  const batch = readCsv(readers.gunzip(bytes, DIGITS_FILE, MAX_TEXT_BYTES), DIGITS_FILE, DIGITS_FEATURES);
  const { samples, features, classes } = batch;
  if (samples !== DIGITS_SAMPLES || features !== DIGITS_FEATURES || classes !== DIGITS_CLASSES)
    throw new DataError(
      DIGITS_FILE,
      `holds ${samples} x ${features} numbers of ${classes} classes; the bundled digits are ${DIGITS_SAMPLES} x ${DIGITS_FEATURES} of ${DIGITS_CLASSES}`,
    );
  return batch;
}
