// The core's version. A change that alters measured bits raises it, and the golden digests with it.

export const CORE_VERSION = "0.2.0";
