/** Days and times in words, as the shop counts them. */

const DAY_MS = 86_400_000;

/** `in_transit` becomes `In transit`, and `cancelled`, as the shop stores it, `Canceled`. */
export function words(name) {
  const text = name.replaceAll("_", " ").replace("cancelled", "canceled");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export class Format {
  /** @param {string} [locale] @param {string} [timeZone] the shop's IANA zone */
  constructor(locale = "en-US", timeZone = undefined) {
    const day = { weekday: "short", month: "short", day: "numeric" };
    this.days = new Intl.DateTimeFormat(locale, { ...day, timeZone: "UTC" });
    this.years = new Intl.DateTimeFormat(locale, { month: "short", day: "numeric", year: "numeric", timeZone: "UTC" });
    const zone = timeZone === new Intl.DateTimeFormat().resolvedOptions().timeZone ? undefined : "short";
    this.clock = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", timeZone, timeZoneName: zone });
    this.times = new Intl.DateTimeFormat(locale, { ...day, hour: "numeric", minute: "2-digit", timeZone });
  }

  /** A calendar day such as `2026-11-23`; its year is told when it is long ago. It stays on one line. */
  day(date) {
    const at = new Date(`${date}T00:00:00Z`);
    const isNear = Math.abs(Date.now() - at) < 150 * DAY_MS;
    return (isNear ? this.days : this.years).format(at).replaceAll(" ", "\u00a0");
  }

  time(instant) {
    return this.times.format(new Date(instant));
  }

  /** A time from now on; its day is told when it is not soon, and the zone when it is not the reader's. */
  deadline(instant) {
    const isSoon = new Date(instant) - Date.now() < DAY_MS / 2;
    return isSoon ? this.clock.format(new Date(instant)) : this.time(instant);
  }

  /** A span of days; one day when both ends are the same or the later is unknown. */
  span(first, last) {
    return last && last !== first ? `${this.day(first)} – ${this.day(last)}` : this.day(first);
  }
}
