// The cut of a random stream, known to the core (which fills blocks) and to the host (which hands them out).

/** Elements in one independently drawable block of a stream. */
export const STREAM_BLOCK = 4096;
