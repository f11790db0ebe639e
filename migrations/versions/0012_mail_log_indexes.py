"""Find mail by address in any case, and what went wrong, without reading it all"""

import sqlalchemy as sa
from alembic import op

revision = "0012_mail_log_indexes"
down_revision = "0007_opt_outs"
branch_labels = None
depends_on = None

_WENT_WRONG = sa.text("state IN ('failed', 'suppressed', 'expired')")


def upgrade():
    op.create_index(
        "ix_outbox_mail_went_wrong",
        "outbox_mail",
        ["state", "id"],
        sqlite_where=_WENT_WRONG,
        postgresql_where=_WENT_WRONG,
    )
    op.create_index("ix_outbox_mail_folded", "outbox_mail", [sa.text("lower(recipient)")])
    op.drop_index(op.f("ix_outbox_mail_recipient"), table_name="outbox_mail")


def downgrade():
    op.create_index(op.f("ix_outbox_mail_recipient"), "outbox_mail", ["recipient"])
    op.drop_index("ix_outbox_mail_folded", table_name="outbox_mail")
    op.drop_index("ix_outbox_mail_went_wrong", table_name="outbox_mail")
