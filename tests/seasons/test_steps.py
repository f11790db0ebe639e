import pytest

from portal.seasons.steps import Figures, StepName, StepState, steps


def following(figures):
    return [step.name for step in steps(figures) if step.state == StepState.NEXT]


@pytest.mark.parametrize(
    ("figures", "name"),
    [
        (Figures(), StepName.SCHOOLS),
        (Figures(camps=3, drafts=3, on_one_day=True), StepName.DATES),
        (Figures(camps=3, drafts=3), StepName.PUBLISHED),
        (Figures(camps=1, drafts=1, on_one_day=True), StepName.PUBLISHED),
        (Figures(camps=3, drafts=1, is_published=True), StepName.PUBLISHED),
        (Figures(camps=3, is_published=True), StepName.SIGNUP),
        (Figures(camps=3, is_published=True, signup_opened=True), StepName.PLAN),
        (
            Figures(camps=3, is_published=True, signup_opened=True, plans_applied=1, short=2),
            StepName.ASKS,
        ),
        (
            Figures(camps=3, is_published=True, signup_opened=True, plans_applied=1, asked=6),
            StepName.DAY,
        ),
    ],
)
def test_the_first_step_not_done_is_next(figures, name):
    assert following(figures) == [name]


def test_a_season_whose_camps_are_held_needs_nothing_more():
    figures = Figures(
        camps=3, is_published=True, signup_opened=True, plans_applied=1, asked=6, held=3
    )

    assert {step.state for step in steps(figures)} == {StepState.DONE}
