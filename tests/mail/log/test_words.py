"""Why a message has not arrived and what helps, for every cause and class of answer."""

import pytest
from flask_babel import force_locale

from portal.mail.log import words
from portal.models.accounts import Person
from portal.models.mail import Cause, MailState, OutboxMail

UNKNOWN = "The receiving server knows no such address."
POLICY = "The receiving server does not let our mail in."
LATER = "The receiving server asked us to try again later."
FULL = "The mailbox is full."
ANOTHER = "Ask Ola Hansen for another address."
CALL = "Call or write to Ola Hansen yourself if it matters."
TRYING = "You need do nothing: we go on trying."
LET_IN = "Call Ola Hansen, and ask those in charge of mail there to let in mail from us."
F, Q, S, E = MailState.FAILED, MailState.QUEUED, MailState.SUPPRESSED, MailState.EXPIRED
AGAIN = "Send it again if it is still of use."


@pytest.mark.parametrize(
    ("state", "cause", "code", "said", "why", "step"),
    [
        (MailState.SENT, Cause.NONE, None, "", "", ""),
        (MailState.LEASED, Cause.NONE, None, "", "", ""),
        (Q, Cause.NONE, None, "", "", ""),
        (Q, Cause.NONE, None, "timed out", "We could not reach the mail server.", TRYING),
        (Q, Cause.NONE, 451, "4.7.1 Greylisted", LATER, TRYING),
        (Q, Cause.NONE, 450, "4.1.1 Try again", LATER, TRYING),
        (Q, Cause.NONE, 421, "Closing", LATER, TRYING),
        (Q, Cause.NONE, 452, "4.2.2 Over quota", FULL, TRYING),
        (E, Cause.NONE, None, "", "Its time had passed before it could be sent.", AGAIN),
        (E, Cause.NONE, 451, "Later", f"We tried until its time had passed. {LATER}", AGAIN),
        (F, Cause.RECIPIENT_REFUSED, 550, "5.1.1 No such user", UNKNOWN, ANOTHER),
        (F, Cause.RECIPIENT_REFUSED, 553, "No", UNKNOWN, ANOTHER),
        (F, Cause.RECIPIENT_REFUSED, 550, "5.2.1 Disabled", "The mailbox is closed.", ANOTHER),
        (F, Cause.RECIPIENT_REFUSED, 552, "5.2.2 Over quota", FULL,
         "Tell Ola Hansen that the mailbox is full, and send it again later."),
        (F, Cause.RECIPIENT_REFUSED, 550, "5.7.1 Not allowed", POLICY, LET_IN),
        (F, Cause.CONTENT_REFUSED, 554, "Spam",
         "The receiving server refused what the message holds.", LET_IN),
        (F, Cause.CONTENT_REFUSED, 550, "5.1.1 No such user",
         "The receiving server refused what the message holds.", LET_IN),
        (F, Cause.CONTENT_REFUSED, 552, "5.2.2 Over quota", FULL,
         "Tell Ola Hansen that the mailbox is full, and send it again later."),
        (F, Cause.CONTENT_REFUSED, 552, "5.3.4 Too big",
         "The message is too large for the receiving server.", CALL),
        (F, Cause.NONE, 554, "No", "The receiving server refused the message.", LET_IN),
        (F, Cause.BOUNCED, 550, "5.1.10 Unknown", f"It left, and came back. {UNKNOWN}", ANOTHER),
        (F, Cause.BOUNCED, 550, "5.7.1 DMARC", f"It left, and came back. {POLICY}", LET_IN),
        (F, Cause.BOUNCED, None, "4.4.7 Expired",
         "It left, and came back. The receiving server could not be reached.", AGAIN),
        (S, Cause.ADDRESS_SUPPRESSED, None, "",
         "Nothing is sent to this address, since mail to it was refused or came back.", ANOTHER),
        (S, Cause.UNSUBSCRIBED, None, "", "Ola Hansen has turned this sort of notice off.", CALL),
        (S, Cause.STOPPED, None, "", "An organiser stopped the mailing.", ""),
        (S, Cause.OVERTAKEN, None, "",
         "It is out of date: what it is about has been answered, moved or cancelled.", ""),
    ],
)  # fmt: skip
def test_a_sentence_says_why_and_another_what_helps(app, state, cause, code, said, why, step):
    mail = OutboxMail(
        state=state, cause=cause, last_code=code, last_error=said, recipient="ola@example.org",
        paused=False, person=Person(name="Ola Hansen"),
    )  # fmt: skip

    with app.test_request_context(), force_locale("en"):
        assert (words.why_not(mail), words.next_step(mail)) == (why, step)


def test_a_paused_mailing_is_named_and_an_address_stands_for_a_name(app):
    paused = OutboxMail(state=Q, cause=Cause.NONE, paused=True, last_error="", recipient="a@b.no")
    failed = OutboxMail(state=F, cause=Cause.RECIPIENT_REFUSED, last_code=550, last_error="",
                        recipient="ola@example.org")  # fmt: skip

    with app.test_request_context(), force_locale("en"):
        assert (words.why_not(paused), words.next_step(paused)) == ("Its mailing is paused.", "")
        assert words.next_step(failed) == "Ask ola@example.org for another address."
