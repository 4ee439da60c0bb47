// Tree -> expression. What is written becomes what is computed; the graph's constructors simplify on the way.
import type { Expression, ExpressionGraph } from "./expression";
import type { FunctionName } from "./names";
import type { Tree } from "./tree";

export function lower(tree: Tree, graph: ExpressionGraph): Expression {
  switch (tree.kind) {
    case "number":
    case "constant":
      return graph.constant(tree.value);
    case "variable":
      return graph.x;
    case "negation":
      return graph.negate(lower(tree.of, graph));
    case "arithmetic":
    case "comparison": {
      const [a, b] = [lower(tree.left, graph), lower(tree.right, graph)];
      switch (tree.sign) {
        case "+":
          return graph.add(a, b);
        case "-":
          return graph.subtract(a, b);
        case "*":
          return graph.multiply(a, b);
        case "/":
          return graph.divide(a, b);
        case "^":
          return graph.power(a, b);
        case "<":
          return graph.less(a, b);
        case "<=":
          return graph.lessEqual(a, b);
        case ">":
          return graph.less(b, a);
        case ">=":
          return graph.lessEqual(b, a);
        case "==":
          return graph.equal(a, b);
        case "!=":
          return graph.notEqual(a, b);
      }
    }
    // eslint-disable-next-line no-fallthrough -- every sign has returned
    case "call":
      return called(
        tree.name,
        tree.given.map((given) => lower(given, graph)),
        graph,
      );
  }
}

/** The parser has counted the arguments. */
function called(name: FunctionName, given: readonly Expression[], graph: ExpressionGraph): Expression {
  const [a, b, c] = given as [Expression, Expression, Expression];
  switch (name) {
    case "where":
      return graph.where(a, b, c);
    case "min":
      return given.reduce((least, next) => graph.minimum(least, next));
    case "max":
      return given.reduce((most, next) => graph.maximum(most, next));
    case "pow":
      return graph.power(a, b);
    case "abs":
      return graph.absolute(a);
    case "sign":
      return graph.sign(a);
    case "exp":
      return graph.exp(a);
    case "expm1":
      return graph.expm1(a);
    case "log":
      return graph.log(a);
    case "log1p":
      return graph.log1p(a);
    case "sqrt":
      return graph.squareRoot(a);
    case "sin":
      return graph.sin(a);
    case "cos":
      return graph.cos(a);
    case "tanh":
      return graph.tanh(a);
    case "sigmoid":
      return graph.sigmoid(a);
    case "relu":
      return graph.relu(a);
    case "softplus":
      return graph.softplus(a);
    case "erf":
      return graph.erf(a);
    case "erfc":
      return graph.erfc(a);
  }
}
