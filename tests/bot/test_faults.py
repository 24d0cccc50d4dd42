from bot.faults import fault


def test_a_fault_tells_what_broke_and_where_but_never_its_message() -> None:
    try:
        try:
            raise KeyError("ada@example.com")
        except KeyError as error:
            raise ValueError("ada@example.com lives in 10001") from error
    except ValueError as error:
        told = fault(error)

    assert told.startswith("ValueError in test_a_fault_tells")
    assert "caused by KeyError" in told
    assert "test_faults.py:" in told
    assert "ada" not in told
    assert "10001" not in told
