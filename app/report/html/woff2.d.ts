// A font file as the bundler gives it.
declare module "*.woff2" {
  /** Its bytes. */
  const base64: string;
  export default base64;
}
