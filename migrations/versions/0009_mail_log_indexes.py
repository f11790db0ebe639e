"""Find mail by address in any case, and what went wrong, without reading it all"""

import sqlalchemy as sa
from alembic import op

revision = "0009_mail_log_indexes"
down_revision = "0008_mailing_drafts"
branch_labels = None
depends_on = None

_STATES = ("failed", "suppressed", "expired")


def upgrade():
    for state in _STATES:
        ended = sa.text(f"state = '{state}'")
        op.create_index(
            f"ix_outbox_mail_{state}",
            "outbox_mail",
            ["id"],
            sqlite_where=ended,
            postgresql_where=ended,
        )
    op.create_index("ix_outbox_mail_folded", "outbox_mail", [sa.text("lower(recipient)")])
    op.drop_index(op.f("ix_outbox_mail_recipient"), table_name="outbox_mail")


def downgrade():
    op.create_index(op.f("ix_outbox_mail_recipient"), "outbox_mail", ["recipient"])
    op.drop_index("ix_outbox_mail_folded", table_name="outbox_mail")
    for state in _STATES:
        op.drop_index(f"ix_outbox_mail_{state}", table_name="outbox_mail")
