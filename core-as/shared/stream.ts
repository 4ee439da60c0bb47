// The cut of a random stream, known to the core (which fills blocks) and to the host (which hands them out).

/** Elements in one independently drawable block of a stream. */
export const STREAM_BLOCK = 4096;

/** Seeds are integers from 0 to this one; they cross into the core as two u32, low word first. */
export const LARGEST_SEED = 9007199254740991;
