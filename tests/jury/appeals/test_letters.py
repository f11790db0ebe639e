"""What the mail of an appeal says."""

from datetime import date

from portal.db import db
from portal.models.groups import PlaceRole, PlaceState
from tests.factories import create_person, create_place
from tests.jury.appeals.asked import HELD, answers_url, ask, deliver, link_in, mails_to
from tests.jury.signup.volunteering import body_of


def test_the_mail_tells_who_asks_and_why_and_names_the_schools_with_their_days(
    in_august, season, group, people
):
    lead = create_person("Ingrid Solberg", phone="69 00 00 00")
    create_place(group, lead, role=PlaceRole.LEAD)
    ask(group, season, lead, in_august, words="Vi trenger *dere*.", answer_by=date(2026, 9, 18))
    deliver(in_august + HELD)

    (mail,) = mails_to(people["ola"])
    text = body_of(mail)

    assert "Kirkeparken vgs" in mail.subject
    assert "20. oktober 2026" in mail.subject
    assert text.index("Vi trenger dere.") < text.index("Ingrid Solberg")
    for told in (
        "Faggruppe for fjorden", "tirsdag 20. oktober 2026 kl. 08.30–14.30", "Horten vgs",
        "18. september 2026", "69 00 00 00",
    ):  # fmt: skip
        assert told in text
    assert "Hamar" not in text
    assert text.count("/appeals/") == 1
    assert mail.topic == "news"


def test_somebody_near_none_has_the_nearest_and_somebody_of_no_known_place_has_all(
    in_august, season, group, people, kari
):
    ask(group, season, kari, in_august)
    deliver(in_august + HELD)

    siri, nina = (body_of(mails_to(people[who])[0]) for who in ("siri", "nina"))

    assert siri.index("Hamar vgs") < siri.index("Kirkeparken vgs") < siri.index("Horten vgs")
    for name in ("Kirkeparken vgs", "Horten vgs", "Hamar vgs"):
        assert name in nina


def test_each_reads_it_in_their_language(in_august, season, group, people, kari):
    people["ola"].language, people["siri"].language = "en", "nn"
    ask(group, season, kari, in_august)
    deliver(in_august + HELD)

    assert body_of(mails_to(people["ola"])[0]).startswith("Hello Ola Hansen,")
    assert mails_to(people["ola"])[0].subject.startswith("Jury near you: Kirkeparken vgs")


def test_whoever_asked_and_has_left_the_group_is_not_named(
    in_august, season, group, people, kari, client, browse_as
):
    tor = create_person("Tor Aas")
    place = create_place(group, tor, role=PlaceRole.LEAD)
    ask(group, season, tor, in_august)
    place.state, place.left_at = PlaceState.LEFT, in_august
    db.session.commit()
    deliver(in_august + HELD)
    mail = mails_to(people["ola"])[0]

    pages = [client.get(link_in(mail)).text, browse_as(kari).get(answers_url(group, season)).text]

    assert ["Tor Aas" in text for text in (body_of(mail), *pages)] == [False] * 3
    assert "Osloregionen" in body_of(mail)
