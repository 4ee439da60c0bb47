// What core-as/data asks of the formats, to be handed to it: the two folders do not import each other.
import { gunzip } from "./gzip";
import { readNpy } from "./npy";
import { openNpz } from "./npz";

export const readers = { gunzip, readNpy, openNpz } as const;
