export declare function findBrowser(log?: (what: string) => void): Promise<string>;
export declare function majorVersion(executablePath: string): Promise<string>;
