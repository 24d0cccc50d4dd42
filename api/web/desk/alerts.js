/**
 * What tells somebody who looks elsewhere of a new case or message: a number before the page's title, and, by choice,
 * a sound and the browser's notifications. The choice is kept in this browser.
 */

const KEY = "parley-desk-alerts";
const settings = document.querySelector("#alerts");
const sound = settings?.querySelector("[name=sound]");
const notification = settings?.querySelector("[name=notification]");
const NEWS = "#queue [id^=take-], #queue [id^=approve-], #log .said.user";
const TEXTS = {
  take: "A shopper is waiting for a person.",
  approve: "A change is waiting for approval.",
  said: "A shopper has written.",
};

let unseen = 0;
let known = idsOf();

/** Whether a page that nobody looks at is to be kept up to date as well. */
export const isOnWatch = () => !!(sound?.checked || notification?.checked);

/** @param {string} title the page's own */
export const titled = (title) => (unseen ? `(${unseen}) ${title.replace(/^\(\d+\) /, "")}` : title);

function idsOf() {
  return new Set([...document.querySelectorAll(NEWS)].map(({ id }) => id));
}

function look() {
  const now = idsOf();
  const fresh = [...now].filter((id) => !known.has(id));
  // What has gone may come back: a case that was put back into the queue is news again.
  known = now;
  if (!fresh.length || !document.hidden) return;
  unseen += fresh.length;
  document.title = titled(document.title);
  if (sound?.checked) beep();
  if (notification?.checked) notify(fresh);
}

/** Nothing that anybody wrote is in it: notifications are shown where others see them. */
function notify(fresh) {
  const shown = new Notification(TEXTS[fresh[0].split("-")[0]], { tag: KEY });
  shown.addEventListener("click", () => (window.focus(), shown.close()));
}

function beep() {
  const context = new AudioContext();
  const [tone, volume] = [context.createOscillator(), context.createGain()];
  const end = context.currentTime + 0.25;
  tone.frequency.value = 660;
  volume.gain.setValueAtTime(0.15, context.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, end);
  tone.connect(volume).connect(context.destination);
  tone.start();
  tone.stop(end);
  tone.addEventListener("ended", () => context.close());
}

function save() {
  localStorage.setItem(KEY, JSON.stringify({ sound: sound.checked, notification: notification.checked }));
}

async function choose({ target }) {
  if (target === notification && target.checked && (await Notification.requestPermission()) !== "granted") {
    target.checked = false;
    settings.querySelector("#refused").hidden = false;
  }
  if (target === sound && target.checked) beep();
  save();
}

function restore() {
  const saved = JSON.parse(localStorage.getItem(KEY) ?? "{}");
  sound.checked = !!saved.sound;
  const canNotify = "Notification" in window;
  notification.checked = canNotify && !!saved.notification && Notification.permission === "granted";
  notification.disabled = !canNotify;
  document.querySelector("[popovertarget=alerts]").hidden = false;
  settings.addEventListener("change", choose);
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unseen = 0;
  known = idsOf();
});
for (const place of document.querySelectorAll("#queue, #log")) {
  new MutationObserver(look).observe(place, { childList: true, subtree: true });
}
if (settings) restore();
