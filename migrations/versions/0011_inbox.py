"""Keep what comes in by mail, and how far each mailbox has been read"""

import sqlalchemy as sa
from alembic import op

revision = "0011_inbox"
down_revision = "0010_bounces_counted"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "inbox_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "reply",
                "counter",
                "refresh",
                "foreign",
                "bounce",
                "receipt",
                "automatic",
                "letter",
                "unreadable",
                name="inbox_kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "result",
            sa.Enum(
                "applied",
                "queued",
                "ignored",
                "rejected",
                name="inbox_result",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.String(length=500), nullable=False),
        sa.Column("sender", sa.String(length=254), nullable=False),
        sa.Column("sender_name", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.Column("uid", sa.String(length=255), nullable=False),
        sa.Column("recurrence_id", sa.String(length=40), nullable=False),
        sa.Column("attendee", sa.String(length=254), nullable=False),
        sa.Column("attendee_name", sa.String(length=200), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("dtstamp", sa.DateTime(), nullable=True),
        sa.Column("comment", sa.String(length=500), nullable=False),
        sa.Column("delegated_to", sa.String(length=254), nullable=False),
        sa.Column("proposed_starts_at", sa.DateTime(), nullable=True),
        sa.Column("proposed_ends_at", sa.DateTime(), nullable=True),
        sa.Column(
            "decision",
            sa.Enum(
                "applied",
                "set_aside",
                "invited",
                "turned_away",
                "time_taken",
                "time_declined",
                name="inbox_decision",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_inbox_message_decided_by_id")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_inbox_message_event_id")),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_inbox_message_invitation_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_inbox_message_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_message")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_inbox_message_fingerprint")),
        sa.UniqueConstraint("public_id", name=op.f("uq_inbox_message_public_id")),
    )
    op.create_index(op.f("ix_inbox_message_event_id"), "inbox_message", ["event_id"])
    op.create_index(op.f("ix_inbox_message_invitation_id"), "inbox_message", ["invitation_id"])
    op.create_index(op.f("ix_inbox_message_person_id"), "inbox_message", ["person_id"])
    op.create_index(op.f("ix_inbox_message_received_at"), "inbox_message", ["received_at"])
    op.create_index(
        "ix_inbox_message_waiting",
        "inbox_message",
        ["id"],
        sqlite_where=sa.text("result = 'queued' AND decided_at IS NULL"),
        postgresql_where=sa.text("result = 'queued' AND decided_at IS NULL"),
    )
    op.create_table(
        "calendar_alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("folded", sa.String(length=254), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name=op.f("fk_calendar_alias_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_alias_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_alias")),
        sa.UniqueConstraint("person_id", "folded", name="one_alias_once"),
        sa.UniqueConstraint("public_id", name=op.f("uq_calendar_alias_public_id")),
    )
    op.create_index(op.f("ix_calendar_alias_folded"), "calendar_alias", ["folded"])
    op.create_table(
        "mailbox_bookmark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox", sa.String(length=300), nullable=False),
        sa.Column("folder", sa.String(length=200), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_bookmark")),
        sa.UniqueConstraint("mailbox", "folder", name="one_bookmark_a_folder"),
    )


def downgrade():
    op.drop_table("mailbox_bookmark")
    op.drop_table("calendar_alias")
    op.drop_table("inbox_message")
