"""Count leases, and say why a message was not sent"""

import sqlalchemy as sa
from alembic import op

revision = "0003_mail_lease_and_cause"
down_revision = "0002_mail_content"
branch_labels = None
depends_on = None


_WAITS = sa.text("state = 'queued' AND NOT paused")
_IN_HAND = sa.text("state = 'leased'")
_CAUSES = sa.Enum(
    "none",
    "recipient_refused",
    "content_refused",
    "bounced",
    "address_suppressed",
    "unsubscribed",
    "stopped",
    "overtaken",
    name="mail_cause",
    native_enum=False,
    create_constraint=True,
    length=20,
)


def upgrade():
    with op.batch_alter_table("outbox_mail") as table:
        table.add_column(
            sa.Column("topic", sa.String(length=20), server_default="", nullable=False)
        )
        table.add_column(sa.Column("season_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("resend_of_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("cause", _CAUSES, server_default="none", nullable=False))
        table.add_column(
            sa.Column("paused", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        table.add_column(sa.Column("fence", sa.Integer(), server_default="0", nullable=False))
        table.drop_index("ix_outbox_mail_due")
        table.create_foreign_key(op.f("fk_outbox_mail_season_id"), "season", ["season_id"], ["id"])
        table.create_foreign_key(
            op.f("fk_outbox_mail_resend_of_id"), "outbox_mail", ["resend_of_id"], ["id"]
        )
        table.create_index(op.f("ix_outbox_mail_season_id"), ["season_id"])
        table.create_index(op.f("ix_outbox_mail_resend_of_id"), ["resend_of_id"])
    op.create_index(
        "ix_outbox_mail_waiting",
        "outbox_mail",
        ["lane", "not_before", "id"],
        sqlite_where=_WAITS,
        postgresql_where=_WAITS,
    )
    op.create_index(
        "ix_outbox_mail_in_hand",
        "outbox_mail",
        ["lease_until"],
        sqlite_where=_IN_HAND,
        postgresql_where=_IN_HAND,
    )


def downgrade():
    op.drop_index("ix_outbox_mail_in_hand", "outbox_mail")
    op.drop_index("ix_outbox_mail_waiting", "outbox_mail")
    with op.batch_alter_table("outbox_mail") as table:
        table.drop_index(op.f("ix_outbox_mail_resend_of_id"))
        table.drop_index(op.f("ix_outbox_mail_season_id"))
        table.drop_constraint(op.f("fk_outbox_mail_resend_of_id"), type_="foreignkey")
        table.drop_constraint(op.f("fk_outbox_mail_season_id"), type_="foreignkey")
        table.drop_constraint(op.f("ck_outbox_mail_mail_cause"), type_="check")
        table.create_index("ix_outbox_mail_due", ["state", "lane", "not_before", "id"])
        for name in ("fence", "paused", "cause", "resend_of_id", "season_id", "topic"):
            table.drop_column(name)
