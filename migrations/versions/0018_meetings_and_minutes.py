"""Let meetings be called, minuted and approved, and groups be asked for names"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0018_meetings_and_minutes"
down_revision = "0017_plans_tried_and_rounds"
branch_labels = None
depends_on = None

_ATTENDED = ("present", "apologies", "deputy")
_PUBLIC = ("attendance", "decision", "import_note")


def upgrade():
    _change_groups()
    _change_meeting()
    _change_agenda()
    _give_public_ids()
    _change_attendance()
    _change_notes()
    _change_follow_ups()
    _add_meeting_tables()
    _add_minutes_tables()


def _change_groups():
    with op.batch_alter_table("working_group") as batch:
        batch.add_column(
            sa.Column(
                "observers_see_members", sa.Boolean(), server_default=sa.true(), nullable=False
            )
        )
        batch.add_column(
            sa.Column(
                "observers_see_minutes", sa.Boolean(), server_default=sa.true(), nullable=False
            )
        )
        batch.add_column(sa.Column("first_call_asked_at", sa.DateTime(), nullable=True))
    with op.batch_alter_table("group_place") as batch:
        batch.add_column(sa.Column("left_at", sa.DateTime(), nullable=True))
    with op.batch_alter_table("organisation") as batch:
        batch.add_column(
            sa.Column("contact_email", sa.String(length=254), server_default="", nullable=False)
        )


def _change_meeting():
    with op.batch_alter_table("meeting") as batch:
        batch.add_column(
            sa.Column("minutes_taker", sa.String(length=200), server_default="", nullable=False)
        )
        batch.add_column(
            sa.Column("minutes_revision", sa.Integer(), server_default="0", nullable=False)
        )
        batch.add_column(sa.Column("minutes_sent_at", sa.DateTime(), nullable=True))
        batch.add_column(sa.Column("comments_by", sa.Date(), nullable=True))
        batch.add_column(sa.Column("approved_at", sa.DateTime(), nullable=True))
        batch.add_column(sa.Column("approved_in_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("approved_by_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("document", sa.JSON(none_as_null=True), nullable=True))
        batch.add_column(sa.Column("public_at", sa.DateTime(), nullable=True))
        batch.create_foreign_key("fk_meeting_approved_in_id", "meeting", ["approved_in_id"], ["id"])
        batch.create_foreign_key("fk_meeting_approved_by_id", "person", ["approved_by_id"], ["id"])


def _change_agenda():
    with op.batch_alter_table("agenda_item") as batch:
        batch.add_column(sa.Column("day", sa.Integer(), server_default="1", nullable=False))
        batch.add_column(
            sa.Column(
                "usual",
                sa.Enum(
                    "summons",
                    "minutes",
                    "follow_ups",
                    name="usual_item",
                    native_enum=False,
                    create_constraint=True,
                    length=20,
                ),
                nullable=True,
            )
        )
        batch.add_column(sa.Column("approves_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("planned_minutes", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("papers", sa.Text(), server_default="", nullable=False))
        batch.add_column(
            sa.Column("minutes_revision", sa.Integer(), server_default="0", nullable=False)
        )
        batch.add_column(sa.Column("minutes_at", sa.DateTime(), nullable=True))
        batch.add_column(sa.Column("minutes_by_id", sa.Integer(), nullable=True))
        batch.create_index("ix_agenda_item_approves_id", ["approves_id"])
        batch.create_foreign_key(
            "fk_agenda_item_minutes_by_id", "person", ["minutes_by_id"], ["id"]
        )
        batch.create_foreign_key("fk_agenda_item_approves_id", "meeting", ["approves_id"], ["id"])
        batch.create_check_constraint(
            "takes_some_time", "planned_minutes IS NULL OR planned_minutes > 0"
        )
    op.execute("UPDATE agenda_item SET papers = attachment")
    with op.batch_alter_table("agenda_item") as batch:
        batch.drop_column("attachment")


def _give_public_ids():
    """Rows that had none get one each; no two may be equal, so it cannot be one statement."""
    for name in _PUBLIC:
        with op.batch_alter_table(name) as batch:
            batch.add_column(sa.Column("public_id", sa.String(length=12), nullable=True))
        table = sa.table(name, sa.column("id", sa.Integer), sa.column("public_id", sa.String))
        connection = op.get_bind()
        for (number,) in connection.execute(sa.select(table.c.id)).all():
            values = {"public_id": secrets.token_hex(6)}
            connection.execute(table.update().where(table.c.id == number).values(values))
        with op.batch_alter_table(name) as batch:
            batch.alter_column("public_id", existing_type=sa.String(length=12), nullable=False)
            batch.create_unique_constraint(f"uq_{name}_public_id", ["public_id"])


def _change_attendance():
    with op.batch_alter_table("attendance") as batch:
        batch.add_column(
            sa.Column("name", sa.String(length=200), server_default="", nullable=False)
        )
        batch.add_column(
            sa.Column(
                "attends_as",
                sa.Enum(
                    "member",
                    "deputy",
                    "observer",
                    "guest",
                    "secretariat",
                    name="attends_as",
                    native_enum=False,
                    create_constraint=True,
                    length=20,
                ),
                server_default="member",
                nullable=False,
            )
        )
        batch.add_column(sa.Column("instead_of_id", sa.Integer(), nullable=True))
        batch.alter_column("person_id", existing_type=sa.Integer(), nullable=True)
        batch.create_foreign_key("fk_attendance_instead_of_id", "person", ["instead_of_id"], ["id"])
        batch.create_check_constraint("person_or_name", "person_id IS NOT NULL OR name <> ''")
        _allow(batch, (*_ATTENDED, "absent"), _ATTENDED)


def _allow(batch, states, before):
    batch.alter_column("state", type_=_state(states), existing_type=_state(before), nullable=False)


def _state(states):
    return sa.Enum(
        *states, name="attendance_state", native_enum=False, create_constraint=True, length=20
    )


def _change_notes():
    with op.batch_alter_table("import_note") as batch:
        batch.add_column(sa.Column("handled_at", sa.DateTime(), nullable=True))
        batch.add_column(sa.Column("handled_by_id", sa.Integer(), nullable=True))
        batch.add_column(
            sa.Column("answer", sa.String(length=500), server_default="", nullable=False)
        )
        batch.create_foreign_key(
            "fk_import_note_handled_by_id", "person", ["handled_by_id"], ["id"]
        )


def _change_follow_ups():
    with op.batch_alter_table("follow_up") as batch:
        batch.add_column(sa.Column("item_id", sa.Integer(), nullable=True))
        batch.add_column(
            sa.Column("owner_label", sa.String(length=200), server_default="", nullable=False)
        )
        batch.add_column(sa.Column("created_at", sa.DateTime(), nullable=True))
        batch.add_column(sa.Column("created_by_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("closed_by_id", sa.Integer(), nullable=True))
        batch.create_index("ix_follow_up_item_id", ["item_id"])
        batch.create_index("ix_follow_up_owner_id", ["owner_id"])
        batch.create_foreign_key("fk_follow_up_created_by_id", "person", ["created_by_id"], ["id"])
        batch.create_foreign_key("fk_follow_up_item_id", "agenda_item", ["item_id"], ["id"])
        batch.create_foreign_key("fk_follow_up_closed_by_id", "person", ["closed_by_id"], ["id"])
    # When they were written down nobody noted; that they were there before today is known.
    op.execute("UPDATE follow_up SET created_at = '2026-01-01 00:00:00'")
    with op.batch_alter_table("follow_up") as batch:
        batch.alter_column("created_at", existing_type=sa.DateTime(), nullable=False)


def _add_meeting_tables():
    op.create_table(
        "name_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("declined", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("comment", sa.String(length=500), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name="fk_name_request_asked_by_id"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_name_request_organisation_id"
        ),
        sa.ForeignKeyConstraint(["place_id"], ["group_place.id"], name="fk_name_request_place_id"),
        sa.PrimaryKeyConstraint("id", name="pk_name_request"),
        sa.UniqueConstraint("public_id", name="uq_name_request_public_id"),
    )
    op.create_index("ix_name_request_place_id", "name_request", ["place_id"])
    op.create_table(
        "meeting_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "starts_at < ends_at", name=op.f("ck_meeting_day_starts_before_it_ends")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_meeting_day_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_meeting_day"),
        sa.UniqueConstraint("meeting_id", "starts_at", name="one_day_once"),
    )
    op.create_table(
        "meeting_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["working_group.id"], name="fk_meeting_group_group_id"
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_meeting_group_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_meeting_group"),
        sa.UniqueConstraint("meeting_id", "group_id", name="one_group_once"),
    )
    op.create_index("ix_meeting_group_group_id", "meeting_group", ["group_id"])
    op.create_table(
        "meeting_guest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("instead_of_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name="fk_meeting_guest_added_by_id"
        ),
        sa.ForeignKeyConstraint(
            ["instead_of_id"], ["person.id"], name="fk_meeting_guest_instead_of_id"
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_meeting_guest_meeting_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_meeting_guest_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_meeting_guest"),
        sa.UniqueConstraint("meeting_id", "person_id", name="one_guest_once"),
    )
    op.create_index("ix_meeting_guest_person_id", "meeting_guest", ["person_id"])


def _add_minutes_tables():
    op.create_table(
        "minutes_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name="fk_minutes_version_item_id"),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["person.id"], name="fk_minutes_version_saved_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_minutes_version"),
        sa.UniqueConstraint("item_id", "revision", name="one_revision_once"),
    )
    op.create_table(
        "minutes_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("handled_at", sa.DateTime(), nullable=True),
        sa.Column("handled_by_id", sa.Integer(), nullable=True),
        sa.Column("reply", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["handled_by_id"], ["person.id"], name="fk_minutes_comment_handled_by_id"
        ),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name="fk_minutes_comment_item_id"),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name="fk_minutes_comment_meeting_id"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_minutes_comment_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_minutes_comment"),
        sa.UniqueConstraint("public_id", name="uq_minutes_comment_public_id"),
    )
    op.create_index("ix_minutes_comment_meeting_id", "minutes_comment", ["meeting_id"])
    op.create_index("ix_minutes_comment_person_id", "minutes_comment", ["person_id"])
    op.create_table(
        "addendum",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name="fk_addendum_created_by_id"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_addendum_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_addendum"),
        sa.UniqueConstraint("meeting_id", "number", name="one_addendum_a_number"),
    )


def downgrade():
    for name in (
        "addendum",
        "minutes_comment",
        "minutes_version",
        "meeting_guest",
        "meeting_group",
        "meeting_day",
        "name_request",
    ):
        op.drop_table(name)
    _drop_what_minutes_added()
    _drop_from_agenda()
    with op.batch_alter_table("meeting") as batch:
        batch.drop_constraint("fk_meeting_approved_by_id", type_="foreignkey")
        batch.drop_constraint("fk_meeting_approved_in_id", type_="foreignkey")
        for name in (
            "public_at",
            "document",
            "approved_by_id",
            "approved_in_id",
            "approved_at",
            "comments_by",
            "minutes_sent_at",
            "minutes_revision",
            "minutes_taker",
        ):
            batch.drop_column(name)
    with op.batch_alter_table("organisation") as batch:
        for name in ("contact_email",):
            batch.drop_column(name)
    with op.batch_alter_table("group_place") as batch:
        for name in ("left_at",):
            batch.drop_column(name)
    with op.batch_alter_table("working_group") as batch:
        for name in ("first_call_asked_at", "observers_see_minutes", "observers_see_members"):
            batch.drop_column(name)


def _drop_what_minutes_added():
    with op.batch_alter_table("follow_up") as batch:
        batch.drop_constraint("fk_follow_up_closed_by_id", type_="foreignkey")
        batch.drop_constraint("fk_follow_up_item_id", type_="foreignkey")
        batch.drop_constraint("fk_follow_up_created_by_id", type_="foreignkey")
        batch.drop_index("ix_follow_up_owner_id")
        batch.drop_index("ix_follow_up_item_id")
        for name in ("closed_by_id", "created_by_id", "created_at", "owner_label", "item_id"):
            batch.drop_column(name)
    with op.batch_alter_table("import_note") as batch:
        batch.drop_constraint("fk_import_note_handled_by_id", type_="foreignkey")
        batch.drop_constraint("uq_import_note_public_id", type_="unique")
        for name in ("answer", "handled_by_id", "handled_at", "public_id"):
            batch.drop_column(name)
    op.execute("DELETE FROM attendance WHERE person_id IS NULL")
    op.execute("UPDATE attendance SET state = 'apologies' WHERE state = 'absent'")
    with op.batch_alter_table("attendance") as batch:
        _allow(batch, _ATTENDED, (*_ATTENDED, "absent"))
        batch.alter_column("person_id", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("attendance") as batch:
        batch.drop_constraint("fk_attendance_instead_of_id", type_="foreignkey")
        batch.drop_constraint("uq_attendance_public_id", type_="unique")
        batch.drop_constraint(op.f("ck_attendance_attends_as"), type_="check")
        batch.drop_constraint(op.f("ck_attendance_person_or_name"), type_="check")
        for name in ("instead_of_id", "attends_as", "name", "public_id"):
            batch.drop_column(name)
    with op.batch_alter_table("decision") as batch:
        batch.drop_constraint("uq_decision_public_id", type_="unique")
        for name in ("public_id",):
            batch.drop_column(name)


def _drop_from_agenda():
    with op.batch_alter_table("agenda_item") as batch:
        batch.add_column(
            sa.Column("attachment", sa.String(length=500), nullable=False, server_default="")
        )
    op.execute("UPDATE agenda_item SET attachment = substr(papers, 1, 500)")
    with op.batch_alter_table("agenda_item") as batch:
        batch.alter_column("attachment", existing_type=sa.String(length=500), server_default=None)
    with op.batch_alter_table("agenda_item") as batch:
        batch.drop_constraint("fk_agenda_item_approves_id", type_="foreignkey")
        batch.drop_constraint("fk_agenda_item_minutes_by_id", type_="foreignkey")
        batch.drop_constraint(op.f("ck_agenda_item_usual_item"), type_="check")
        batch.drop_constraint(op.f("ck_agenda_item_takes_some_time"), type_="check")
        batch.drop_index("ix_agenda_item_approves_id")
        for name in (
            "minutes_by_id",
            "minutes_at",
            "minutes_revision",
            "papers",
            "planned_minutes",
            "approves_id",
            "usual",
            "day",
        ):
            batch.drop_column(name)
