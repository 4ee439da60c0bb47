export declare function browsersHere(): readonly string[];
export declare function isExecutable(path: string): boolean;
