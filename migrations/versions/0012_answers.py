"""Keep every answer to an invitation, and what an answer from a calendar needs"""

import sqlalchemy as sa
from alembic import op

revision = "0012_answers"
down_revision = "0011_inbox"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "given_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "needs-action",
                "accepted",
                "tentative",
                "declined",
                "delegated",
                name="given_answer",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum(
                "page",
                "mail",
                "organiser",
                name="answer_source",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("dtstamp", sa.DateTime(), nullable=True),
        sa.Column("comment", sa.String(length=500), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_given_answer_invitation_id")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["inbox_message.id"], name=op.f("fk_given_answer_message_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_given_answer")),
    )
    op.create_index(op.f("ix_given_answer_invitation_id"), "given_answer", ["invitation_id"])
    op.create_index(op.f("ix_given_answer_message_id"), "given_answer", ["message_id"])
    op.add_column(
        "invitation",
        sa.Column("delegated_to", sa.String(length=254), nullable=False, server_default=""),
    )
    op.add_column(
        "event", sa.Column("time_sequence", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("assignment", sa.Column("calendar_declined_at", sa.DateTime(), nullable=True))
    op.execute(
        """
        INSERT INTO given_answer
          (invitation_id, answer, source, given_at, sequence, dtstamp, comment, counts)
        SELECT id, answer, 'page', answered_at, answer_sequence, answer_dtstamp, comment, TRUE
        FROM invitation WHERE answered_at IS NOT NULL
        """
    )


def downgrade():
    op.drop_column("assignment", "calendar_declined_at")
    op.drop_column("event", "time_sequence")
    op.drop_column("invitation", "delegated_to")
    op.drop_table("given_answer")
