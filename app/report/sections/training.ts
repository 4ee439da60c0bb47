// Trainings: curves of loss and accuracy, what moves in the first and in the last hidden layer, how each run ended, and
// what was found in it.
import { TRAIN_FINDING_TITLES } from "../../../core-as/diagnosis/titles";
import {
  layerTitle,
  TRAIN_FIGURES,
  type TrainedVariant,
  trainingFigure,
} from "../../../core-as/figures/trainingFigures";
import { layersText, whole } from "../../../core-as/spec/number";
import type { TrainResult } from "../../../core-as/spec/training";
import { linesText } from "../alternative";
import { countCell, numberCell, numberColumn, shareCell, table, textCell, textColumn } from "../cell";
import type { Block, Cell, DrawnFigure } from "../document";
import type { Reported } from "../reported";
import { startsOf } from "../starts";
import { evidenceTable } from "./findings";
import { PROFILE_SIZE } from "./profiles";

/** One start, its seeds. */
interface Variant {
  /** 1 to 8: of the report's run. */
  readonly run: number;
  readonly name: string;
  readonly trainings: readonly TrainResult[];
}

const MOST_VARIANTS = 8;

export function training(reported: Reported): readonly Block[] {
  const all = variantsOf(reported);
  const variants = all.slice(0, MOST_VARIANTS);
  if (variants.length === 0) return [];
  const left = all.length - variants.length;
  return [
    ...(left > 0
      ? [
          {
            kind: "paragraph",
            text: `Of ${whole(all.length)} starts the first ${MOST_VARIANTS} are drawn.`,
          } as const,
        ]
      : []),
    ...curves(variants),
    { kind: "table", table: endings(all) },
    ...found(all),
    ...all.map(records),
  ];
}

const variantsOf = ({ runs }: Reported): Variant[] =>
  runs.flatMap(({ number, name, trainings }) =>
    startsOf(trainings).map((same) => ({ run: number, name: same[0]!.spec.name || name, trainings: same })),
  );

const LETTERS = "ABCDEFGH";

function curves(variants: readonly Variant[]): Block[] {
  const drawn = variants.map(({ trainings }, i): TrainedVariant => ({
    name: LETTERS[i]!,
    run: i,
    seeds: trainings.map(({ records, outcome }) => ({
      records,
      hasEnded: true,
      hasDiverged: outcome === "diverged",
    })),
  }));
  const [first] = variants[0]!.trainings;
  const layers = first?.records[0]?.layers ?? [];
  const hidden = Math.max(1, layers.length - (first?.spec.network.output ? 1 : 0));
  const steps = Math.max(
    ...variants.flatMap(({ trainings }) => trainings.map(({ spec, steps }) => spec.train?.steps ?? steps)),
  );
  const view = {
    steps,
    lossScale: "linear",
    constantLoss: first?.constantLoss ?? null,
    at: null,
    marked: null,
  } as const;
  const figuresOf = (isLayer: boolean, layer: number): DrawnFigure[] =>
    TRAIN_FIGURES.filter(({ ofLayer }) => (ofLayer !== undefined) === isLayer).flatMap(({ key }) => {
      const figure = trainingFigure(key, drawn, { ...view, layer, hasNames: drawn.length > 1 });
      if (!figure) return [];
      const named = isLayer ? { ...figure, name: `${figure.name}-${layer}` } : figure;
      return [{ figure: named, ...PROFILE_SIZE, alternative: linesText(figure), isCompact: false }];
    });
  const names = variants.map(({ name, trainings }, i) => {
    const seeds = trainings.length === 1 ? "" : `, ${whole(trainings.length)} seeds: median, least to most`;
    return `${LETTERS[i]}: ${name || "untitled"}${seeds}`;
  });
  const places = hidden === 1 ? [1] : [1, hidden];
  return [
    {
      kind: "figures",
      caption: `Thick: training share; thin: validation share. ${names.join("; ")}.`,
      across: 2,
      figures: figuresOf(false, 1),
    },
    ...places.map((place): Block => ({
      kind: "figures",
      caption: `What moves in ${layerTitle(layers[place - 1])}.`,
      across: 2,
      figures: figuresOf(true, place),
    })),
  ];
}

function endings(variants: readonly Variant[]) {
  const hasValidation = variants.some(({ trainings }) =>
    trainings.some(({ validationSamples }) => validationSamples > 0),
  );
  return table(
    "trainings",
    null,
    "How each run ended",
    [
      textColumn("Start and seed", "run"),
      textColumn("Outcome", "outcome"),
      numberColumn("Steps", "steps"),
      numberColumn("loss", "loss", "Training share"),
      numberColumn("right", "accuracy", "Training share"),
      ...(hasValidation
        ? [
            numberColumn("loss", "validationLoss", "Validation share"),
            numberColumn("right", "validationAccuracy", "Validation share"),
          ]
        : []),
    ],
    variants.flatMap(({ name, trainings }, i) =>
      trainings.map(({ seed, outcome, steps, records }): Cell[] => {
        const last = records.at(-1);
        return [
          textCell(`${LETTERS[i] ?? whole(i + 1)}: ${name || "untitled"}, seed ${seed}`),
          textCell(outcome),
          countCell(steps),
          numberCell(last?.loss),
          shareCell(last?.accuracy),
          ...(hasValidation ? [numberCell(last?.validationLoss), shareCell(last?.validationAccuracy)] : []),
        ];
      }),
    ),
  );
}

/** Of the first seed that has it, with how many seeds have it. */
function found(variants: readonly Variant[]): Block[] {
  return variants.flatMap(({ name, trainings }, i) => {
    const codes = [...new Set(trainings.flatMap(({ findings }) => findings.map(({ code }) => code)))];
    return codes.map((code, c): Block => {
      const having = trainings.filter(({ findings }) => findings.some((one) => one.code === code));
      const finding = having[0]!.findings.find((one) => one.code === code)!;
      const { severity, layers, message, evidence, threshold, source } = finding;
      const title = TRAIN_FINDING_TITLES[code] ?? code;
      const seeds =
        having.length === trainings.length
          ? ""
          : ` In ${whole(having.length)} of ${whole(trainings.length)} seeds.`;
      return {
        kind: "finding",
        severity,
        layers: layers.length === 0 ? "" : layersText(layers),
        title: variants.length > 1 ? `${LETTERS[i] ?? whole(i + 1)}: ${name || "untitled"}. ${title}` : title,
        message: `${message}${seeds}`,
        evidence: evidenceTable(
          `training-${i + 1}-finding-${c + 1}`,
          null,
          `${title}: evidence`,
          evidence,
          threshold,
        ),
        source,
        remedy: null,
      };
    });
  });
}

/** Every record of every run, whole network and layer by layer. */
function records({ name, trainings }: Variant, i: number): Block {
  const rows = trainings.flatMap(({ seed, records }) =>
    records.flatMap(({ step, loss, accuracy, validationLoss, validationAccuracy, learningRate, layers }) => {
      const place = `seed ${seed}, step ${step}`;
      const blank = (count: number): Cell[] => Array.from({ length: count }, () => ({ text: "" }));
      const network: Cell[] = [
        textCell(place),
        numberCell(loss),
        shareCell(accuracy),
        numberCell(validationLoss),
        shareCell(validationAccuracy),
        numberCell(learningRate),
        ...blank(7),
      ];
      return [
        network,
        ...layers.map((layer): Cell[] => [
          textCell(`${place}, ${layer.name}`),
          ...blank(5),
          numberCell(layer.gradientNorm),
          numberCell(layer.updateToWeight),
          numberCell(layer.weightNorm),
          numberCell(layer.activation.std),
          numberCell(layer.activation.acrossSampleStd),
          countCell(layer.activation.deadUnits),
          countCell(layer.activation.distinctUnits),
        ]),
      ];
    }),
  );
  const columns = [
    textColumn("Place", "place"),
    ...[
      "loss",
      "accuracy",
      "validationLoss",
      "validationAccuracy",
      "learningRate",
      "gradientNorm",
      "updateToWeight",
      "weightNorm",
      "activation.std",
      "activation.acrossSampleStd",
      "activation.deadUnits",
      "activation.distinctUnits",
    ].map((key) => numberColumn(key, key)),
  ];
  return {
    kind: "series",
    table: table(`records-${i + 1}`, null, `Records of ${name || "untitled"}`, columns, rows),
  };
}
