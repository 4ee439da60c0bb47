// Starts the page: the core is on its way, and the first run with it, before anything is drawn or the host is asked.
import { mount } from "svelte";
import App from "./App.svelte";
import { Compute } from "./compute/compute";
import { Frame } from "./frame.svelte";
import { connect } from "./host/connect";
import { firstSpec } from "./lab/firstSpec";
import { LabSession } from "./lab/session.svelte";
import { lastSettings } from "./preferences";
import { showTheme } from "./theme";
import "./styles/base.css";

const settings = lastSettings();
const compute = new Compute(settings.workers);
const session = new LabSession(compute, firstSpec(settings.draws));
showTheme(settings.theme);

const { host, shell } = connect();
const frame = new Frame(host, shell, compute, session, settings);
const target = document.getElementById("app");
if (!target) throw new Error("index.html has no #app");
// In Electron the menu has the keys.
mount(App, { target, props: { frame, hasMenu: window.initlab !== undefined } });
