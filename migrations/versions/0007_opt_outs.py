"""Let people turn sorts of notices off"""

import sqlalchemy as sa
from alembic import op

revision = "0007_opt_outs"
down_revision = "0006_reminder_rules"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "opt_out",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "topic",
            sa.Enum(
                "news",
                "remind_ask",
                "remind_event",
                "remind_jury_day",
                "remind_signup",
                name="topic",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_opt_out_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opt_out")),
        sa.UniqueConstraint("person_id", "topic", name="one_opt_out_a_topic"),
    )


def downgrade():
    op.drop_table("opt_out")
