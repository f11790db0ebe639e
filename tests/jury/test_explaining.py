from portal.jury.explaining import Names, helps


def test_what_would_help_is_said_once_however_many_seats_it_would_fill(app):
    wanted = {"person": 1, "camp": 2, "rule": "AT_MOST", "over_km": 0}
    names = Names(people={1: "Ola Hansen"}, camps={2: "Moss vgs."})

    lines = helps({"unlock": [wanted, wanted]}, names)

    assert lines == ["Ola Hansen, Moss vgs.: har tilbudt færre camper"]
