"""Let groups be asked for dates and for input, and whether they would sit on juries"""

import sqlalchemy as sa
from alembic import op

revision = "0019_polls_input_and_appeals"
down_revision = "0018_meetings_and_minutes"
branch_labels = None
depends_on = None


def upgrade():
    _add_polls()
    _add_rounds()
    _add_what_is_contributed()
    _add_appeals()


def downgrade():
    for name in (
        "appeal_recipient",
        "jury_appeal",
        "input_vote",
        "input_edit",
        "contribution",
        "input_theme",
        "input_round",
        "date_answer",
        "date_reply",
        "date_option",
        "date_poll",
    ):
        op.drop_table(name)


def _add_polls():
    op.create_table(
        "date_poll",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("answer_by", sa.DateTime(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name="fk_date_poll_created_by_id"
        ),
        sa.ForeignKeyConstraint(["group_id"], ["working_group.id"], name="fk_date_poll_group_id"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_date_poll_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_date_poll"),
        sa.UniqueConstraint("public_id", name="uq_date_poll_public_id"),
    )
    op.create_index("ix_date_poll_group_id", "date_poll", ["group_id"])
    op.create_table(
        "date_option",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "starts_at < ends_at", name=op.f("ck_date_option_starts_before_it_ends")
        ),
        sa.ForeignKeyConstraint(["poll_id"], ["date_poll.id"], name="fk_date_option_poll_id"),
        sa.PrimaryKeyConstraint("id", name="pk_date_option"),
        sa.UniqueConstraint("poll_id", "starts_at", "ends_at", name="one_time_once"),
        sa.UniqueConstraint("public_id", name="uq_date_option_public_id"),
    )
    op.create_table(
        "date_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=False),
        sa.Column("comment", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_date_reply_person_id"),
        sa.ForeignKeyConstraint(["poll_id"], ["date_poll.id"], name="fk_date_reply_poll_id"),
        sa.PrimaryKeyConstraint("id", name="pk_date_reply"),
        sa.UniqueConstraint("poll_id", "person_id", name="one_reply_a_person"),
    )
    op.create_index("ix_date_reply_person_id", "date_reply", ["person_id"])
    op.create_table(
        "date_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reply_id", sa.Integer(), nullable=False),
        sa.Column("option_id", sa.Integer(), nullable=False),
        sa.Column(
            "suits",
            sa.Enum(
                "yes",
                "if_needed",
                "no",
                name="suits",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["option_id"], ["date_option.id"], name="fk_date_answer_option_id"),
        sa.ForeignKeyConstraint(["reply_id"], ["date_reply.id"], name="fk_date_answer_reply_id"),
        sa.PrimaryKeyConstraint("id", name="pk_date_answer"),
        sa.UniqueConstraint("reply_id", "option_id", name="one_answer_a_time"),
    )
    op.create_index("ix_date_answer_option_id", "date_answer", ["option_id"])


def _add_rounds():
    op.create_table(
        "input_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("question", sa.String(length=300), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("shows_names", sa.Boolean(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("answer_by", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("voting_opened_at", sa.DateTime(), nullable=True),
        sa.Column("vote_by", sa.DateTime(), nullable=True),
        sa.Column("voting_closed_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("votes >= 0 AND votes <= 20", name=op.f("ck_input_round_few_votes")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name="fk_input_round_created_by_id"
        ),
        sa.ForeignKeyConstraint(["group_id"], ["working_group.id"], name="fk_input_round_group_id"),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name="fk_input_round_item_id"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_input_round_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_input_round"),
        sa.UniqueConstraint("public_id", name="uq_input_round_public_id"),
    )
    op.create_index("ix_input_round_group_id", "input_round", ["group_id"])
    op.create_index("ix_input_round_item_id", "input_round", ["item_id"])
    op.create_index("ix_input_round_meeting_id", "input_round", ["meeting_id"])
    op.create_table(
        "input_theme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["input_round.id"], name="fk_input_theme_round_id"),
        sa.PrimaryKeyConstraint("id", name="pk_input_theme"),
        sa.UniqueConstraint("public_id", name="uq_input_theme_public_id"),
    )
    op.create_index("ix_input_theme_round_id", "input_theme", ["round_id"])


def _add_what_is_contributed():
    op.create_table(
        "contribution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_contribution_person_id"),
        sa.ForeignKeyConstraint(["round_id"], ["input_round.id"], name="fk_contribution_round_id"),
        sa.ForeignKeyConstraint(["theme_id"], ["input_theme.id"], name="fk_contribution_theme_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contribution"),
        sa.UniqueConstraint("public_id", name="uq_contribution_public_id"),
    )
    op.create_index("ix_contribution_person_id", "contribution", ["person_id"])
    op.create_index("ix_contribution_round_id", "contribution", ["round_id"])
    op.create_index("ix_contribution_theme_id", "contribution", ["theme_id"])
    op.create_table(
        "input_edit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("verb", sa.String(length=20), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name="fk_input_edit_made_by_id"),
        sa.ForeignKeyConstraint(["round_id"], ["input_round.id"], name="fk_input_edit_round_id"),
        sa.PrimaryKeyConstraint("id", name="pk_input_edit"),
    )
    op.create_index("ix_input_edit_round_id", "input_edit", ["round_id"])
    op.create_table(
        "input_vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=True),
        sa.Column("contribution_id", sa.Integer(), nullable=True),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "(theme_id IS NULL) <> (contribution_id IS NULL)",
            name=op.f("ck_input_vote_for_a_theme_or_a_point"),
        ),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contribution.id"], name="fk_input_vote_contribution_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_input_vote_person_id"),
        sa.ForeignKeyConstraint(["round_id"], ["input_round.id"], name="fk_input_vote_round_id"),
        sa.ForeignKeyConstraint(["theme_id"], ["input_theme.id"], name="fk_input_vote_theme_id"),
        sa.PrimaryKeyConstraint("id", name="pk_input_vote"),
        sa.UniqueConstraint("person_id", "contribution_id", name="one_vote_a_point"),
        sa.UniqueConstraint("person_id", "theme_id", name="one_vote_a_theme"),
    )
    op.create_index("ix_input_vote_contribution_id", "input_vote", ["contribution_id"])
    op.create_index("ix_input_vote_round_id", "input_vote", ["round_id"])
    op.create_index("ix_input_vote_theme_id", "input_vote", ["theme_id"])


def _add_appeals():
    op.create_table(
        "jury_appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("season_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("mailing_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name="fk_jury_appeal_created_by_id"
        ),
        sa.ForeignKeyConstraint(["group_id"], ["working_group.id"], name="fk_jury_appeal_group_id"),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailing.id"], name="fk_jury_appeal_mailing_id"),
        sa.ForeignKeyConstraint(["season_id"], ["season.id"], name="fk_jury_appeal_season_id"),
        sa.PrimaryKeyConstraint("id", name="pk_jury_appeal"),
        sa.UniqueConstraint("public_id", name="uq_jury_appeal_public_id"),
    )
    op.create_index("ix_jury_appeal_group_id", "jury_appeal", ["group_id"])
    op.create_index("ix_jury_appeal_season_id", "jury_appeal", ["season_id"])
    op.create_table(
        "appeal_recipient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appeal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_near", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("camps", sa.JSON(), nullable=False),
        sa.Column("declined_at", sa.DateTime(), nullable=True),
        sa.Column("comment", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["jury_appeal.id"], name="fk_appeal_recipient_appeal_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_appeal_recipient_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_appeal_recipient"),
        sa.UniqueConstraint("appeal_id", "person_id", name="one_appeal_a_person"),
    )
    op.create_index("ix_appeal_recipient_person_id", "appeal_recipient", ["person_id"])
