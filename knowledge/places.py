"""Countries, and the states and provinces that stand in addresses, by the names that people use."""

from importlib.resources import files

_COUNTRIES = {
    "US": "us usa u.s. u.s.a. united states|united states of america|america",
    "CA": "canada",
    "GB": "uk u.k. gb united kingdom|great britain|england|scotland|wales|northern ireland",
    "IE": "ireland",
    "DE": "germany|deutschland",
    "AT": "austria",
    "CH": "switzerland",
    "FR": "france",
    "NL": "netherlands|the netherlands|holland",
    "BE": "belgium",
    "ES": "spain",
    "PT": "portugal",
    "IT": "italy",
    "DK": "denmark",
    "SE": "sweden",
    "NO": "norway",
    "FI": "finland",
    "PL": "poland",
    "AU": "australia",
    "NZ": "new zealand",
    "JP": "japan",
    "MX": "mexico",
    "BR": "brazil|brasil",
    "IN": "india",
}


def _country_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for code, listed in _COUNTRIES.items():
        first, *longer = listed.split("|")
        head = first.split(" ")
        short = [word for word in head if "." in word or len(word) <= 3]
        names |= dict.fromkeys([*short, " ".join(head[len(short) :]), *longer, code.lower()], code)
    names.pop("", None)
    for ambiguous in ("in", "no", "it", "be", "at", "de", "ca", "es"):
        names.pop(ambiguous, None)
    return names


COUNTRIES = _country_names()
"""The code of each country by what people call it, in lower case."""


def _all_country_names() -> dict[str, str]:
    """Every country of ISO 3166 by its English name, from the table that comes with the time zones."""
    table = files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {name.lower(): code for code, name in rows} | COUNTRIES


COUNTRY_NAMES = _all_country_names()
"""The same of all the world's countries."""
STATES = frozenset(
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR "
    "PA PR RI SC SD TN TX UT VT VA WA WV WI WY".split()
)
STATE_NAMES = dict(
    pair.rsplit(" ", 1)
    for pair in (
        "alabama AL|alaska AK|arizona AZ|arkansas AR|california CA|colorado CO|connecticut CT|delaware DE|florida FL|"
        "georgia GA|hawaii HI|idaho ID|illinois IL|indiana IN|iowa IA|kansas KS|kentucky KY|louisiana LA|maine ME|"
        "maryland MD|massachusetts MA|michigan MI|minnesota MN|mississippi MS|missouri MO|montana MT|nebraska NE|"
        "nevada NV|new hampshire NH|new jersey NJ|new mexico NM|new york NY|north carolina NC|north dakota ND|ohio OH|"
        "oklahoma OK|oregon OR|pennsylvania PA|rhode island RI|south carolina SC|south dakota SD|tennessee TN|texas TX|"
        "utah UT|vermont VT|virginia VA|washington WA|west virginia WV|wisconsin WI|wyoming WY"
    ).split("|")
)
PROVINCES = frozenset("AB BC MB NB NL NS NT NU ON PE QC SK YT".split())
