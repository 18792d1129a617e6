// A badge's picture or file that is dropped into the room, or pasted, is checked by Laurel.

import { newEvent, send } from "./api.js";
import { byId } from "./dom.js";
import { failed, showPrivately } from "./presses.js";
import { scrollToAnswer } from "./timeline.js";

const LARGEST = 16 * 1024 * 1024; // bytes: MAX_PICTURE of the core, which says what is wrong with more

export function wireBadges(room) {
  const area = byId("composer").closest("main");

  async function check(file) {
    if (!room.state) return;
    const { me } = room.state;
    const { place } = room;
    try {
      const badge = file.size > LARGEST ? { too_large: true } : { file: await base64(file) };
      const command = JSON.stringify({ VerifyBadge: badge });
      const { reply } = await send("press", { as: me, place, event: newEvent(), command });
      if (me !== room.state.me || !reply) return;
      showPrivately(room, reply, { place, asked: file.name });
      if (place === room.place) scrollToAnswer();
    } catch (error) {
      failed(room, error, place);
    }
  }

  area.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  area.addEventListener("drop", (event) => take(event, event.dataTransfer));
  byId("message").addEventListener("paste", (event) => take(event, event.clipboardData));

  function take(event, data) {
    const [file] = data.files;
    if (!file) return;
    event.preventDefault();
    check(file);
  }
}

async function base64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let start = 0; start < bytes.length; start += 8192) text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  return btoa(text);
}
