// The command line prints numbers as the whole lab does.
export { figure, percent } from "../../core-as/spec/number";
