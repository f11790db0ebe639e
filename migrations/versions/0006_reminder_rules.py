"""Say when a season or an event reminds"""

import sqlalchemy as sa
from alembic import op

revision = "0006_reminder_rules"
down_revision = "0005_mailing_control"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "reminder_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("season_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "ask",
                "event",
                "jury_day",
                "signup",
                name="reminder_kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("is_on", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("at", sa.Time(), nullable=False),
        sa.CheckConstraint(
            "(season_id IS NULL) <> (event_id IS NULL)",
            name=op.f("ck_reminder_rule_season_or_event"),
        ),
        sa.CheckConstraint(
            "days_before >= 0 AND days_before <= 60",
            name=op.f("ck_reminder_rule_within_two_months"),
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_reminder_rule_event_id")),
        sa.ForeignKeyConstraint(
            ["season_id"], ["season.id"], name=op.f("fk_reminder_rule_season_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_rule")),
        sa.UniqueConstraint("event_id", "kind", name="one_rule_an_event"),
        sa.UniqueConstraint("season_id", "kind", name="one_rule_a_season"),
    )


def downgrade():
    op.drop_table("reminder_rule")
