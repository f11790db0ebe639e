"""Pages of people and schools, of mail and of mailings."""

from portal.models.accounts import Person
from portal.models.mail import OutboxMail
from portal.models.mailings import Mailing, MailingDraft
from portal.models.places import School, SchoolBreak
from tests.browser.addresses.finding import KARI, Given, one


def of_registers() -> Given:
    """Rows of the registers, and one mail."""
    person = {"public_id": one(Person, Person.name == "Ola Hansen").public_id}
    mail = one(OutboxMail, OutboxMail.kind == "jury/ask")
    school = one(School, School.kind == "ordinary")
    found = one(SchoolBreak)
    break_at = {
        "county": found.county_code,
        "kind": found.kind,
        "first_day": found.first_day.isoformat(),
    }
    return {
        "people.show": (person, KARI),
        "people.edit": (person, KARI),
        "organise_mail.show": ({"public_id": mail.public_id}, KARI),
        "organise_schools.edit": ({"orgnr": school.orgnr}, KARI),
        "organise_schools.edit_break": (break_at, KARI),
    }


def of_mailings() -> Given:
    """A mailing that went out, and a draft."""
    draft = {"public_id": one(MailingDraft).public_id}
    mailing = {"public_id": one(Mailing, Mailing.kind == "mailings.news", last=True).public_id}
    return {
        "mailings.show": (mailing, KARI),
        "mailing_drafts.write": (draft, KARI),
        "mailing_drafts.preview": (draft, KARI),
        "mailing_drafts.send": (draft, KARI),
    }
