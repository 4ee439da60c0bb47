// The experiment in the Lab as a thing with a name: what is saved of it, and what is not yet.
import type { LabSession } from "./session.svelte";

export class LabDocument {
  id: string | null = $state(null);
  name = $state("");
  notes = $state("");
  tags: readonly string[] = $state.raw([]);

  readonly session: LabSession;

  constructor(session: LabSession) {
    this.session = session;
  }
}
