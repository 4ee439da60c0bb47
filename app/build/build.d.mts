export declare const ROOT: string;
export declare function buildIfStale(log?: (what: string) => void): Promise<void>;
