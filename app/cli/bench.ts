export function benchCommand(): void {}
