// Starts the page: the core is on its way before anything is drawn.
import { mount } from "svelte";
import { findPreset } from "../../core-as/spec/presets";
import { parseExperiment } from "../../core-as/spec/parse";
import App from "./App.svelte";
import { Compute } from "./compute/compute";
import { CompareRuns } from "./lab/compareRuns.svelte";
import { LabDocument } from "./lab/document.svelte";
import { LabSession } from "./lab/session.svelte";
import "./styles/base.css";

/** The founding notes' N(0, 1) with the sigmoid: the app is never seen empty. */
const FIRST = "large-normal-sigmoid";
/** Seed bands are what one draw cannot show. */
const DRAWS = 20;

const compute = new Compute(null);
const session = new LabSession(compute, {
  ...parseExperiment(findPreset(FIRST).spec),
  replicates: DRAWS,
});
const target = document.getElementById("app");
if (!target) throw new Error("index.html has no #app");
// The frame helper gives the rest: host, shell, document, settings, screens.
const app = { compute, session, document: new LabDocument(session), compareRuns: new CompareRuns() };
mount(App, { target, props: { app: app } });
