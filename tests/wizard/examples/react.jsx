import { createSetup } from "edge-mfa/wizard/state";
import { useEffect, useMemo, useSyncExternalStore } from "react";

export function Setup({ client }) {
  const machine = useMemo(() => createSetup({ client }), [client]);
  const state = useSyncExternalStore(machine.subscribe, () => machine.state);
  useEffect(() => {
    machine.send({ type: "opened", sameDevice: false, kept: machine.kept() });
  }, [machine]);
  const submit = (event) => {
    event.preventDefault();
    const code = new FormData(event.target).get("code");
    machine.send({ type: state.step === "prove" ? "proved" : "submitted", code });
  };
  switch (state.step) {
    case "scan":
      return (
        <button type="button" onClick={() => machine.send({ type: "continued" })}>
          {state.enrolment.secret}
        </button>
      );
    case "confirm":
    case "prove":
      return (
        <form onSubmit={submit}>
          <input name="code" autoComplete="one-time-code" aria-label={`Code ${state.proof}`} />
          <p role="alert">{state.trouble?.code}</p>
        </form>
      );
    case "codes":
      return (
        <button type="button" onClick={() => machine.send({ type: "continued" })}>
          {state.recoveryCodes.join(" ")}
        </button>
      );
    default:
      return <p>{state.step}</p>;
  }
}
