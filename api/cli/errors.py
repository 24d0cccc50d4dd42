"""What the command line says of errors, and what it exits with: 2 for wrong settings or arguments, else 1."""


class WrongArgument(Exception):
    """Something on the command line means nothing here."""

    code = "wrong_argument"


def spoken(error: Exception) -> list[str]:
    """Sentences about an error that a person can do something about; none for a bug."""
    problems = getattr(error, "problems", None)
    if type(error).__name__ == "SettingsError" and isinstance(problems, list):
        return [str(problem) for problem in problems]
    if isinstance(getattr(error, "code", None), str) and _is_ours(error):
        return [str(error)]
    if type(error).__module__.startswith("sqlalchemy"):
        # The driver's own words may hold the statement's values.
        return ["The database does not answer, or refused. Check DATABASE_URL."]
    return []


def exit_code(error: Exception) -> int:
    return 2 if isinstance(error, WrongArgument) or type(error).__name__ == "SettingsError" else 1


def _is_ours(error: Exception) -> bool:
    return type(error).__module__.partition(".")[0] in {"api", "bot", "tools", "knowledge"}
