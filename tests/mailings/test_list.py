"""The list of what was written to many."""


def test_an_empty_list_says_what_mailings_are(browse_as, kari):
    page = browse_as(kari).get("/organise/mailings")

    assert page.status_code == 200


def test_a_draft(browse_as, kari):
    b = browse_as(kari)
    b.post("/organise/mailings/drafts", data={"name": "aaaaaaaaaaaa"})
    page = b.get("/organise/mailings")

    assert page.status_code == 200
