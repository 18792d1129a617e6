// Talking to the server. A request that got lost is sent again with the same event id, so it acts once.

export class Refused extends Error {}

const PAUSES = [400, 1500];

async function answered(address, options) {
  for (const pause of [...PAUSES, null]) {
    try {
      const response = await fetch(address, options);
      const body = await response.json().catch(() => ({}));
      if (response.ok) return body;
      throw new Refused(body.error ?? "That did not work. Please try once more.");
    } catch (error) {
      if (error instanceof Refused || error.name === "AbortError") throw error;
      if (pause === null) throw new Refused("The room does not answer. Is Laurel still running?");
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

export function ask(what, query, signal) {
  return answered(`/room/${what}?${new URLSearchParams(query)}`, { signal, headers: { Accept: "application/json" } });
}

export function send(what, body) {
  return answered(`/room/${what}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  });
}

/** Sends a file; of one that is too large only as much as tells so. */
export function attach(as, file, biggest) {
  return answered(`/room/attach?${new URLSearchParams({ as, name: file.name })}`, {
    method: "POST",
    headers: { "Content-Type": "application/octet-stream", Accept: "application/json" },
    body: file.slice(0, biggest + 1),
  });
}

/** `crypto.randomUUID` is there on localhost and 127.0.0.1; not every loopback name counts as secure. */
export function newEvent() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
